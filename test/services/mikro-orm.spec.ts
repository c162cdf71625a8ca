import { describe } from '@jest/globals';
import { describeContract } from './support/contract.js';
import type { Contract } from './support/contract.js';
import { describeFaults } from './support/faults.js';
import { describeSerialization } from './support/serialization.js';

const contract: Contract = {
  orm: 'MikroORM',
  app: 'mikro-orm',
  server: 'PostgreSQL',
  own: { pins: true, overwrites: 'compares when it saves' },
};

describe('MikroORM on PostgreSQL', () => {
  describeContract(contract);
  describeSerialization(contract);
  describeFaults(contract);
});
