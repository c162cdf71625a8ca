/**
 * The folders of `src`: what is in each, and what it may import, types included. `npm run check:arrows` holds it, and
 * the table in CONTRIBUTING.md shows it. No two rooms of `src/nest` import each other.
 *
 * @typedef {object} Room
 * @property {string} is what is in it, in one sentence
 * @property {readonly string[]} imports other rooms
 * @property {readonly string[]} packages npm packages and modules of Node; `node:*` for any of Node's
 */

const NEST = ['@nestjs/common', '@nestjs/core'];

/** @type {Readonly<Record<string, Room>>} */
const ROOMS = {
  http: {
    is: 'RFC 9110 and nothing else: text in, decisions out.',
    imports: [],
    packages: [],
  },
  representation: {
    is: 'From a value to a tag: selecting properties, canonical text, digest.',
    imports: ['http'],
    packages: ['node:crypto'],
  },
  'nest/internals': {
    is: 'Everything private of Nest, and the check at boot that it is still there.',
    imports: [],
    packages: [...NEST, 'node:module', 'node:path'],
  },
  'nest/checks': {
    is: 'Checks of arguments and options, and messages that are logged once.',
    imports: ['http', 'representation', 'nest/internals'],
    packages: [...NEST, 'node:cluster'],
  },
  'nest/options': {
    is: 'The options of the module and of the decorators, and what each must be.',
    imports: ['http', 'representation', 'nest/checks', 'nest/refusals', 'nest/locks'],
    packages: NEST,
  },
  'nest/refusals': {
    is: '400, 409, 412, 428 and 503: their words, bodies and events.',
    imports: ['http', 'nest/checks'],
    packages: [...NEST, 'node:diagnostics_channel'],
  },
  'nest/exchange': {
    is: 'One request and its answer: the conditional header fields, the route, the tag.',
    imports: [
      'http',
      'nest/internals',
      'nest/checks',
      'nest/options',
      'nest/refusals',
      'nest/routes',
    ],
    packages: [...NEST, 'node:http'],
  },
  'nest/routes': {
    is: 'At boot: from decorators to routes, everything that is decided once.',
    imports: [
      'http',
      'representation',
      'nest/internals',
      'nest/checks',
      'nest/options',
      'nest/refusals',
    ],
    packages: NEST,
  },
  'nest/platform': {
    is: 'What knows Express or Fastify.',
    imports: ['http', 'representation', 'nest/internals', 'nest/exchange', 'nest/routes'],
    packages: [...NEST, 'node:http', 'node:util'],
  },
  'nest/answers': {
    is: 'Reading: from the value of a handler to the tag and the 304.',
    imports: [
      'http',
      'representation',
      'nest/internals',
      'nest/checks',
      'nest/options',
      'nest/refusals',
      'nest/exchange',
      'nest/routes',
      'nest/platform',
    ],
    packages: [...NEST, 'node:fs/promises', 'node:http', 'node:path'],
  },
  'nest/current': {
    is: 'What GET would send now.',
    imports: [
      'http',
      'representation',
      'nest/internals',
      'nest/checks',
      'nest/exchange',
      'nest/routes',
      'nest/platform',
      'nest/answers',
      'nest/options',
    ],
    packages: [...NEST, 'node:http', 'rxjs', 'node:stream', 'node:util'],
  },
  'nest/locks': {
    is: 'One writer at a time: in this process, or through a database.',
    imports: [],
    packages: ['node:*'],
  },
  'nest/writes': {
    is: 'If-Match, lock, comparison, write and answer.',
    imports: [
      'http',
      'representation',
      'nest/internals',
      'nest/checks',
      'nest/options',
      'nest/refusals',
      'nest/exchange',
      'nest/routes',
      'nest/answers',
      'nest/current',
      'nest/locks',
      'nest/platform',
    ],
    packages: [...NEST, 'rxjs', 'node:http', 'node:events', 'node:util'],
  },
  'nest/decorators': {
    is: 'What users write.',
    imports: ['representation', 'nest', 'nest/internals', 'nest/checks', 'nest/options'],
    packages: NEST,
  },
  nest: {
    is: 'What Nest instantiates: the module, the guards and the interceptor, which connect the rooms.',
    imports: [
      'http',
      'representation',
      'nest/internals',
      'nest/checks',
      'nest/options',
      'nest/refusals',
      'nest/exchange',
      'nest/routes',
      'nest/platform',
      'nest/answers',
      'nest/current',
      'nest/locks',
      'nest/writes',
    ],
    packages: [...NEST, 'rxjs'],
  },
  client: {
    is: 'A `fetch` that remembers tags, for browsers and Node.',
    imports: [],
    packages: [],
  },
  swagger: {
    is: 'The OpenAPI document from the same decorators.',
    imports: ['representation', 'nest', 'nest/internals', 'nest/refusals', 'nest/routes'],
    packages: NEST,
  },
  'class-validator': {
    is: 'A validator for entity tags in DTOs.',
    imports: ['http'],
    packages: ['class-validator'],
  },
  testing: {
    is: 'What the tests of an application may use.',
    imports: [
      'http',
      'representation',
      'nest',
      'nest/checks',
      'nest/refusals',
      'nest/exchange',
      'nest/current',
      'nest/locks',
      'nest/writes',
    ],
    packages: [...NEST, 'node:util'],
  },
  cli: {
    is: 'The command: whether proxies on the way change entity tags.',
    imports: ['http'],
    packages: ['node:*'],
  },
  schematics: {
    is: 'What `nest add` does.',
    imports: [],
    packages: ['@angular-devkit/schematics', 'typescript', 'node:*'],
  },
};

module.exports = { ROOMS };
