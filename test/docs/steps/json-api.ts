import * as profile from '../profiles/json-api.js';
import { HASH, NOT_MODIFIED } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

function attributes(text: string): object {
  return { data: { attributes: { text } } };
}

export const jsonApi: Profile = {
  path: 'json-api',
  controller: profile.JsonApiController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: HASH },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, etag: HASH, has: { data: [{ id: '1' }] } },
    create: { send: 'POST /', body: attributes('new'), status: 201, etag: null },
    save: {
      send: 'PATCH /1',
      ifMatch: '{etag}',
      body: attributes('second'),
      status: 200,
      etag: HASH,
    },
    stale: {
      send: 'PATCH /1',
      ifMatch: '{etag}',
      body: attributes('x'),
      status: 412,
      has: { errors: [{ status: '412', code: 'changed' }] },
    },
    'missing condition': {
      send: 'PATCH /1',
      body: attributes('x'),
      status: 428,
      has: { errors: [{ status: '428' }] },
    },
    'create only, and there is one': {
      send: 'PATCH /1',
      ifNoneMatch: '*',
      body: attributes('x'),
      status: 412,
    },
    'create only': { send: 'PATCH /9', ifNoneMatch: '*', body: attributes('x'), status: 200 },
    'unchanged by what was refused': {
      send: 'GET /1',
      status: 200,
      has: { data: { attributes: { text: 'second' } } },
    },
    'stale delete': { send: 'DELETE /1', ifMatch: '"x"', status: 412 },
    delete: { send: 'DELETE /1', ifMatch: '{etag}', status: 204 },
  },
};
