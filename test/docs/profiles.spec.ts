import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { ETagModuleOptions } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { Notes } from './notes.js';
import * as aip from './profiles/aip.js';
import * as azure from './profiles/azure.js';
import * as caldav from './profiles/caldav.js';
import * as couchdb from './profiles/couchdb.js';
import * as fhir from './profiles/fhir.js';
import * as gcs from './profiles/gcs.js';
import * as jsonApi from './profiles/json-api.js';
import * as kubernetes from './profiles/kubernetes.js';
import * as odata from './profiles/odata.js';
import * as s3 from './profiles/s3.js';
import * as scim from './profiles/scim.js';
import * as spring from './profiles/spring.js';
import * as zalando from './profiles/zalando.js';

/**
 * A request and its answer. `{etag}` stands for the tag of the last GET of one item, `{bare}` for the same without quotes, in
 * every text of the request and of what is expected.
 */
interface Step {
  /** `PUT /1`, below the path of the profile. */
  readonly send: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly status: number;
  readonly etag?: string | RegExp;
  /** What the body of the answer has, among others. */
  readonly has?: object;
}

type Steps = Readonly<Record<string, Step>>;

interface Profile {
  readonly path: string;
  readonly controller: Type;
  readonly options?: ETagModuleOptions;
  readonly steps: Steps;
}

const HASH = /^"[0-9a-f]{32}"$/;
const text = (value: string): { text: string } => ({ text: value });
const ifMatch = (tag: string): Record<string, string> => ({ 'If-Match': tag });
const CREATE_ONLY = { 'If-None-Match': '*' };
const NOT_MODIFIED: Step = {
  send: 'GET /1',
  headers: { 'If-None-Match': '{etag}' },
  status: 304,
  etag: '{etag}',
};

const PROFILES: readonly Profile[] = [
  {
    path: 'odata',
    controller: odata.ODataController,
    steps: {
      read: { send: 'GET /1', status: 200, etag: 'W/"1"', has: { '@odata.etag': 'W/"1"' } },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { value: [{ id: '1', '@odata.etag': 'W/"1"' }] } },
      create: {
        send: 'POST /',
        body: text('new'),
        status: 201,
        etag: 'W/"1"',
        has: { '@odata.etag': 'W/"1"' },
      },
      save: {
        send: 'PUT /1',
        headers: ifMatch('W/"1"'),
        body: text('second'),
        status: 200,
        etag: 'W/"2"',
        has: { '@odata.etag': 'W/"2"' },
      },
      stale: {
        send: 'PUT /1',
        headers: ifMatch('W/"1"'),
        body: text('x'),
        status: 412,
        etag: 'W/"2"',
      },
      'missing condition on what exists': { send: 'PUT /1', body: text('x'), status: 428 },
      'missing condition on what does not': { send: 'PUT /7', body: text('x'), status: 200 },
      'update only': { send: 'PUT /8', headers: ifMatch('*'), body: text('x'), status: 412 },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 200 },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('W/"1"'), status: 412 },
      delete: { send: 'DELETE /1', headers: ifMatch('W/"2"'), status: 204 },
      gone: { send: 'GET /1', status: 404 },
    },
  },
  {
    path: 'fhir',
    controller: fhir.FhirController,
    options: fhir.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: 'W/"1"', has: { meta: { versionId: '1' } } },
      'not modified': NOT_MODIFIED,
      list: {
        send: 'GET /',
        status: 200,
        has: { entry: [{ resource: { meta: { versionId: '1' } } }] },
      },
      create: { send: 'POST /', body: text('new'), status: 201, etag: 'W/"1"' },
      save: {
        send: 'PUT /1',
        headers: ifMatch('W/"1"'),
        body: text('second'),
        status: 200,
        etag: 'W/"2"',
      },
      stale: {
        send: 'PUT /1',
        headers: ifMatch('W/"1"'),
        body: text('x'),
        status: 412,
        etag: 'W/"2"',
      },
      'missing condition': { send: 'PUT /1', body: text('x'), status: 400 },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 200 },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('W/"1"'), status: 412 },
      delete: { send: 'DELETE /1', headers: ifMatch('W/"2"'), status: 204 },
    },
  },
  {
    path: 'scim',
    controller: scim.ScimController,
    options: scim.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: 'W/"1"', has: { meta: { version: 'W/"1"' } } },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { Resources: [{ meta: { version: 'W/"1"' } }] } },
      create: {
        send: 'POST /',
        body: text('new'),
        status: 201,
        etag: 'W/"1"',
        has: { meta: { version: 'W/"1"' } },
      },
      save: {
        send: 'PUT /1',
        headers: ifMatch('W/"1"'),
        body: text('second'),
        status: 200,
        etag: 'W/"2"',
      },
      stale: {
        send: 'PUT /1',
        headers: ifMatch('W/"1"'),
        body: text('x'),
        status: 412,
        etag: 'W/"2"',
        has: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '412' },
      },
      'missing condition': { send: 'PUT /1', body: text('third'), status: 200, etag: 'W/"3"' },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 200 },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('W/"2"'), status: 412 },
      delete: { send: 'DELETE /1', headers: ifMatch('W/"3"'), status: 204 },
    },
  },
  {
    path: 'aip',
    controller: aip.AipController,
    options: aip.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: HASH, has: { etag: '{etag}' } },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { notes: [{ id: '1', etag: '{etag}' }] } },
      create: { send: 'POST /', body: text('new'), status: 201, etag: HASH },
      save: {
        send: 'PATCH /1',
        body: { text: 'second', etag: '{etag}' },
        status: 200,
        etag: HASH,
      },
      stale: {
        send: 'PATCH /1',
        body: { text: 'x', etag: '{etag}' },
        status: 409,
        has: { error: { code: 409, status: 'ABORTED' } },
      },
      'missing condition': { send: 'PATCH /1', body: text('third'), status: 200 },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 409,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 200 },
      'stale delete': { send: 'DELETE /1?etag={etag}', status: 409 },
      'read again': { send: 'GET /1', status: 200 },
      delete: { send: 'DELETE /1?etag={etag}', status: 204 },
    },
  },
  {
    path: 's3',
    controller: s3.S3Controller,
    options: s3.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: HASH },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { Contents: [{ ETag: '{etag}' }] } },
      create: { send: 'POST /', body: text('new'), status: 201, etag: HASH },
      save: {
        send: 'PUT /1',
        headers: ifMatch('{bare}'),
        body: text('second'),
        status: 200,
        etag: HASH,
      },
      stale: { send: 'PUT /1', headers: ifMatch('{etag}'), body: text('x'), status: 412 },
      'stale and bare': {
        send: 'PUT /1',
        headers: ifMatch('{bare}'),
        body: text('x'),
        status: 412,
      },
      'no such key': { send: 'PUT /8', headers: ifMatch('{etag}'), body: text('x'), status: 404 },
      'missing condition': { send: 'PUT /1', body: text('third'), status: 200 },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 200 },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 412 },
      'read again': { send: 'GET /1', status: 200 },
      delete: { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 204 },
      'delete of nothing': { send: 'DELETE /1', status: 204 },
    },
  },
  {
    path: 'couchdb',
    controller: couchdb.CouchController,
    options: couchdb.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: '"1-1"', has: { _id: '1', _rev: '1-1' } },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { rows: [{ _rev: '1-1' }] } },
      create: { send: 'POST /', body: text('new'), status: 201, etag: '"1-2"' },
      save: {
        send: 'PUT /1',
        body: { text: 'second', _rev: '1-1' },
        status: 201,
        etag: '"2-1"',
        has: { _rev: '2-1' },
      },
      stale: { send: 'PUT /1', body: { text: 'x', _rev: '1-1' }, status: 409 },
      'stale in the query': { send: 'PUT /1?rev=1-1', body: text('x'), status: 409 },
      'stale in the header': {
        send: 'PUT /1',
        headers: ifMatch('1-1'),
        body: text('x'),
        status: 409,
      },
      'saved by the header, bare': {
        send: 'PUT /1',
        headers: ifMatch('2-1'),
        body: text('third'),
        status: 201,
        etag: '"3-1"',
      },
      'missing condition on what exists': { send: 'PUT /1', body: text('x'), status: 409 },
      'create only, without a revision': { send: 'PUT /9', body: text('x'), status: 201 },
      'stale delete': { send: 'DELETE /1?rev=2-1', status: 409 },
      'delete without a revision': { send: 'DELETE /1', status: 409 },
      delete: { send: 'DELETE /1?rev=3-1', status: 200 },
    },
  },
  {
    path: 'kubernetes',
    controller: kubernetes.KubernetesController,
    options: kubernetes.options,
    steps: {
      read: {
        send: 'GET /1',
        status: 200,
        etag: '"1"',
        has: { metadata: { resourceVersion: '1' } },
      },
      'not modified': NOT_MODIFIED,
      list: {
        send: 'GET /',
        status: 200,
        has: { items: [{ metadata: { resourceVersion: '1' } }] },
      },
      create: { send: 'POST /', body: text('new'), status: 201, etag: '"1"' },
      save: {
        send: 'PUT /1',
        body: { text: 'second', metadata: { resourceVersion: '1' } },
        status: 200,
        etag: '"2"',
      },
      stale: {
        send: 'PUT /1',
        body: { text: 'x', metadata: { resourceVersion: '1' } },
        status: 409,
        has: { kind: 'Status', reason: 'Conflict', code: 409 },
      },
      'missing condition': { send: 'PUT /1', body: text('third'), status: 200, etag: '"3"' },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 409,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 200 },
      'stale delete': {
        send: 'DELETE /1',
        body: { preconditions: { resourceVersion: '2' } },
        status: 409,
      },
      delete: { send: 'DELETE /1', body: { preconditions: { resourceVersion: '3' } }, status: 200 },
    },
  },
  {
    path: 'caldav',
    controller: caldav.CalDavController,
    steps: {
      read: { send: 'GET /1', status: 200, etag: HASH },
      'not modified': NOT_MODIFIED,
      list: {
        send: 'POST /members',
        status: 207,
        has: [{ href: '/caldav/1', getetag: '{etag}' }],
      },
      create: {
        send: 'PUT /2',
        headers: CREATE_ONLY,
        body: text('new'),
        status: 204,
        etag: HASH,
      },
      save: {
        send: 'PUT /1',
        headers: ifMatch('{etag}'),
        body: text('second'),
        status: 204,
        etag: HASH,
      },
      stale: { send: 'PUT /1', headers: ifMatch('{etag}'), body: text('x'), status: 412 },
      'missing condition': { send: 'PUT /1', body: text('third'), status: 204 },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 412 },
      'read again': { send: 'GET /1', status: 200 },
      delete: { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 204 },
    },
  },
  {
    path: 'gcs',
    controller: gcs.GcsController,
    steps: {
      read: { send: 'GET /1', status: 200, etag: '"1"' },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { items: [{ etag: '"1"' }] } },
      create: { send: 'POST /', body: text('new'), status: 201, etag: '"1"' },
      save: {
        send: 'PUT /1?ifGenerationMatch=1',
        body: text('second'),
        status: 200,
        etag: '"2"',
      },
      stale: { send: 'PUT /1?ifGenerationMatch=1', body: text('x'), status: 412 },
      'missing condition': { send: 'PUT /1', body: text('third'), status: 200, etag: '"3"' },
      'create only, and there is one': {
        send: 'PUT /1?ifGenerationMatch=0',
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9?ifGenerationMatch=0', body: text('x'), status: 200 },
      'stale delete': { send: 'DELETE /1?ifGenerationMatch=2', status: 412 },
      delete: { send: 'DELETE /1?ifGenerationMatch=3', status: 204 },
    },
  },
  {
    path: 'spring',
    controller: spring.SpringController,
    steps: {
      read: { send: 'GET /1', status: 200, etag: '"1"' },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { _embedded: { notes: [{ id: '1' }] } } },
      create: { send: 'POST /', body: text('new'), status: 201, etag: '"1"' },
      save: {
        send: 'PUT /1',
        headers: ifMatch('"1"'),
        body: text('second'),
        status: 204,
        etag: '"2"',
      },
      'saved by a bare version': {
        send: 'PUT /1',
        headers: ifMatch('2'),
        body: text('third'),
        status: 204,
        etag: '"3"',
      },
      stale: { send: 'PUT /1', headers: ifMatch('"2"'), body: text('x'), status: 412, etag: '"3"' },
      'missing condition': { send: 'PUT /1', body: text('fourth'), status: 204, etag: '"4"' },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 204 },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('3'), status: 412 },
      delete: { send: 'DELETE /1', headers: ifMatch('4'), status: 204 },
    },
  },
  {
    path: 'azure',
    controller: azure.AzureController,
    options: azure.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: HASH },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { value: [{ id: '1', etag: '{etag}' }] } },
      create: { send: 'POST /', body: text('new'), status: 201, etag: HASH },
      save: {
        send: 'PUT /1',
        headers: ifMatch('{etag}'),
        body: text('second'),
        status: 200,
        etag: HASH,
      },
      stale: {
        send: 'PUT /1',
        headers: ifMatch('{etag}'),
        body: text('x'),
        status: 412,
        has: { error: { code: 'ConditionNotMet' } },
      },
      'missing condition': { send: 'PUT /1', body: text('third'), status: 200 },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 200 },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 412 },
      'read again': { send: 'GET /1', status: 200 },
      delete: { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 204 },
      'delete of nothing': { send: 'DELETE /1', status: 204 },
    },
  },
  {
    path: 'json-api',
    controller: jsonApi.JsonApiController,
    options: jsonApi.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: HASH },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, etag: HASH, has: { data: [{ id: '1' }] } },
      create: {
        send: 'POST /',
        body: { data: { attributes: text('new') } },
        status: 201,
      },
      save: {
        send: 'PATCH /1',
        headers: ifMatch('{etag}'),
        body: { data: { attributes: text('second') } },
        status: 200,
        etag: HASH,
      },
      stale: {
        send: 'PATCH /1',
        headers: ifMatch('{etag}'),
        body: { data: { attributes: text('x') } },
        status: 412,
        has: { errors: [{ status: '412', code: 'changed' }] },
      },
      'missing condition': {
        send: 'PATCH /1',
        body: { data: { attributes: text('x') } },
        status: 428,
      },
      'create only, and there is one': {
        send: 'PATCH /1',
        headers: CREATE_ONLY,
        body: { data: { attributes: text('x') } },
        status: 412,
      },
      'create only': {
        send: 'PATCH /9',
        headers: CREATE_ONLY,
        body: { data: { attributes: text('x') } },
        status: 200,
      },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 412 },
      'read again': { send: 'GET /1', status: 200 },
      delete: { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 204 },
    },
  },
  {
    path: 'zalando',
    controller: zalando.ZalandoController,
    options: zalando.options,
    steps: {
      read: { send: 'GET /1', status: 200, etag: HASH, has: { etag: '{etag}' } },
      'not modified': NOT_MODIFIED,
      list: { send: 'GET /', status: 200, has: { items: [{ etag: '{etag}' }] } },
      create: { send: 'POST /', body: text('new'), status: 201, etag: HASH },
      save: {
        send: 'PUT /1',
        headers: ifMatch('{etag}'),
        body: text('second'),
        status: 204,
        etag: HASH,
      },
      stale: {
        send: 'PUT /1',
        headers: ifMatch('{etag}'),
        body: text('x'),
        status: 412,
        has: { type: 'about:blank', status: 412 },
      },
      'missing condition': { send: 'PUT /1', body: text('x'), status: 428 },
      'create only, and there is one': {
        send: 'PUT /1',
        headers: CREATE_ONLY,
        body: text('x'),
        status: 412,
      },
      'create only': { send: 'PUT /9', headers: CREATE_ONLY, body: text('x'), status: 204 },
      'stale delete': { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 412 },
      'read again': { send: 'GET /1', status: 200 },
      delete: { send: 'DELETE /1', headers: ifMatch('{etag}'), status: 204 },
    },
  },
];

/** A value with the tag of the last read in its texts. */
function filled<T>(value: T, etag: string): T {
  const bare = etag.replaceAll('"', '');
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll('{etag}', JSON.stringify(etag).slice(1, -1))
      .replaceAll('{bare}', bare),
  ) as T;
}

async function take(
  send: Running['send'],
  path: string,
  step: Step,
  kept: string,
): Promise<string> {
  const [method = '', target = ''] = step.send.split(' ');
  const { headers = {}, body } = filled({ headers: step.headers, body: step.body }, kept);
  const answer = await send({
    method,
    path: `/${path}${target === '/' ? '' : target.replace('{etag}', encodeURIComponent(kept))}`,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  expect([step.send, answer.status]).toEqual([step.send, step.status]);
  const isRead = step.send === 'GET /1' && answer.status === 200;
  const now = isRead ? (answer.headers.etag ?? '') : kept;
  if (step.etag instanceof RegExp) expect(answer.headers.etag).toMatch(step.etag);
  else if (step.etag !== undefined) expect(answer.headers.etag).toBe(filled(step.etag, now));
  if (step.has !== undefined) expect(answer.json()).toMatchObject(filled(step.has, now));
  return now;
}

describeOnEachAdapter('the profile of', (start) => {
  it.each(PROFILES.map((profile) => [profile.path, profile] as const))('%s', async (_, profile) => {
    const { path, controller, options, steps } = profile;
    const { send, close } = await start({
      controllers: [controller],
      providers: [Notes],
      ...(options === undefined ? {} : { etag: options }),
    });
    try {
      let kept = '';
      for (const step of Object.values(steps)) kept = await take(send, path, step, kept);
    } finally {
      await close();
    }
  });
});

it.each(['odata', 'kubernetes', 's3'])('a step that answers otherwise fails: %s', async (path) => {
  const profile = PROFILES.find((each) => each.path === path);
  const send: Running['send'] = () =>
    Promise.resolve({
      status: 200,
      headers: {},
      rawHeaders: [],
      text: '{}',
      bytes: Buffer.from('{}'),
      json: () => ({}),
    });
  const steps = Object.values(profile?.steps ?? {}).filter((step) => step.etag !== undefined);
  expect(steps.length).toBeGreaterThan(3);
  for (const step of steps) await expect(take(send, path, step, '"x"')).rejects.toThrow('expect(');
});

const PAGE = readFileSync('docs/profiles.md', 'utf8');

it.each(PROFILES.map(({ path }) => path))(
  'docs/profiles.md quotes %s as it is run here',
  (path) => {
    const source = readFileSync(`test/docs/profiles/${path}.ts`, 'utf8')
      .replaceAll("'../../../src/index.js'", "'nestjs-etag'")
      .replaceAll("'../notes.js'", "'./notes.js'");
    expect(PAGE).toContain(source.trim());
  },
);
