import { describe } from '@jest/globals';
import { describeContract } from './support/contract.js';
import type { Contract } from './support/contract.js';
import { describeSerialization } from './support/serialization.js';

const contract: Contract = { orm: 'TypeORM', app: 'typeorm-mariadb', server: 'MariaDB' };

describe('TypeORM on MariaDB', () => {
  describeContract(contract);
  describeSerialization(contract);
});
