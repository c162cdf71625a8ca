import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { ETagModule, IfMatchGuard } from '../../src/index.js';
import { UnguardedWrites } from '../../src/testing/index.js';
import { describeOnEachAdapter, startOn } from '../support/each-adapter.js';
import { request } from '../support/raw-request.js';
import { Notes } from './notes.js';
import { aip } from './steps/aip.js';
import { azure } from './steps/azure.js';
import { caldav } from './steps/caldav.js';
import { couchdb } from './steps/couchdb.js';
import { fhir } from './steps/fhir.js';
import { gcs } from './steps/gcs.js';
import { jsonApi } from './steps/json-api.js';
import { kubernetes } from './steps/kubernetes.js';
import { odata } from './steps/odata.js';
import { s3 } from './steps/s3.js';
import { scim } from './steps/scim.js';
import { spring } from './steps/spring.js';
import { zalando } from './steps/zalando.js';
import { failuresOf, take } from './support/profile.js';
import type { Profile, Target } from './support/profile.js';

const PROFILES = [
  odata,
  fhir,
  scim,
  aip,
  s3,
  couchdb,
  kubernetes,
  caldav,
  gcs,
  spring,
  azure,
  jsonApi,
  zalando,
].map((profile) => [profile.path, profile] as const);

/** The steps that show the options of a section: where our defaults deviate from the profile. */
const SHOWN_BY_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  fhir: ['missing condition'],
  scim: ['stale'],
  aip: ['stale', 'create only, and there is one', 'stale delete'],
  s3: ['no such key'],
  couchdb: [
    'stale',
    'stale in the query',
    'stale in the header',
    'missing condition',
    'a revision of what is not there',
    'create only, and there is one',
    'stale delete',
    'delete without a revision',
  ],
  kubernetes: ['stale', 'create only, and there is one', 'stale delete'],
  azure: ['stale'],
  'json-api': ['stale', 'missing condition'],
  zalando: ['stale', 'missing condition'],
};

function applicationOf({ controller, options, configure }: Profile) {
  return {
    controllers: [controller],
    providers: [Notes],
    ...(options === undefined ? {} : { etag: options }),
    ...(configure === undefined ? {} : { configure }),
  };
}

describeOnEachAdapter('the profile of', (start) => {
  it.each(PROFILES)('%s', async (path, profile) => {
    const { app, send, close } = await start(applicationOf(profile));
    const target = { send, notes: app.get(Notes) };
    try {
      let kept = '';
      for (const [name, step] of Object.entries(profile.steps)) {
        kept = await take(target, path, name, step, kept);
      }
    } finally {
      await close();
    }
  });
});

describe('the steps of a profile fail', () => {
  it.each(PROFILES)('each of them, where the answer is an empty one: %s', async (_, profile) => {
    const target: Target = {
      notes: new Notes(),
      send: () =>
        Promise.resolve({
          status: 200,
          headers: {},
          rawHeaders: [],
          text: '{}',
          bytes: Buffer.from('{}'),
          json: () => ({}),
        }),
    };
    expect(await failuresOf(profile, target)).toEqual(Object.keys(profile.steps));
  });

  it.each(PROFILES)('where no write is guarded: %s', async (_, profile) => {
    const { controllers, providers, etag } = applicationOf(profile);
    const testing = await Test.createTestingModule({
      imports: [ETagModule.forRoot(etag)],
      controllers,
      providers,
    })
      .overrideGuard(IfMatchGuard)
      .useClass(UnguardedWrites)
      .compile();
    const app = testing.createNestApplication(new ExpressAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const send: Target['send'] = (given) =>
      typeof given === 'string' ? request(given) : request(`${url}${given.path}`, given);
    const failures = await failuresOf(profile, { send, notes: app.get(Notes) });
    await app.close();
    expect(failures).toEqual(
      expect.arrayContaining(['stale', 'create only, and there is one', 'stale delete']),
    );
  });

  const withOptions = PROFILES.filter(([, { options }]) => options !== undefined);

  it.each(withOptions)('without the options of its section: %s', async (path, profile) => {
    const { etag: _, ...application } = applicationOf(profile);
    const { app, send, close } = await startOn('express', application);
    const failures = await failuresOf(profile, { send, notes: app.get(Notes) });
    await close();
    expect(failures).toEqual(SHOWN_BY_OPTIONS[path]);
  });
});

const PAGE = readFileSync('docs/profiles.md', 'utf8');

it.each(PROFILES)('docs/profiles.md quotes %s as it is run here', (path) => {
  const source = readFileSync(`test/docs/profiles/${path}.ts`, 'utf8')
    .replaceAll("'../../../src/index.js'", "'nestjs-etag'")
    .replaceAll("'../notes.js'", "'./notes.js'");
  expect(PAGE).toContain(source.trim());
});
