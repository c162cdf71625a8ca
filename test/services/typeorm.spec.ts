import { describe } from '@jest/globals';
import { describeContract } from './support/contract.js';
import type { Contract } from './support/contract.js';
import { describeFaults } from './support/faults.js';
import { describeSerialization } from './support/serialization.js';

const contract: Contract = {
  orm: 'TypeORM',
  app: 'typeorm',
  server: 'PostgreSQL',
  own: { overwrites: 'compares when it reads', forgets: 'sets the version back' },
};

describe('TypeORM on PostgreSQL', () => {
  describeContract(contract);
  describeSerialization(contract);
  describeFaults(contract);
});
