import { describe } from '@jest/globals';
import { describeContract } from './support/contract.js';
import type { Contract } from './support/contract.js';
import { describeFaults } from './support/faults.js';
import { describeSerialization } from './support/serialization.js';

const contract: Contract = { orm: 'Knex', app: 'knex', server: 'MariaDB' };

describe('Knex on MariaDB', () => {
  describeContract(contract);
  describeSerialization(contract);
  describeFaults(contract);
});
