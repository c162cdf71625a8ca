import { createRequire } from 'node:module';
import { expect, it } from '@jest/globals';

declare const NEST_MAJOR: number;

const require = createRequire(import.meta.url);

it.each(['common', 'core', 'platform-express', 'platform-fastify'])(
  'runs on the major of @nestjs/%s that this run is for',
  (name) => {
    const { version } = require(`@nestjs/${name}/package.json`) as { version: string };
    expect(Number(version.split('.')[0])).toBe(NEST_MAJOR);
  },
);
