import * as profile from '../profiles/zalando.js';
import { DELETE_BY_HASH, HASH, NOT_MODIFIED, createOnly } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const zalando: Profile = {
  path: 'zalando',
  controller: profile.ZalandoController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: HASH, has: { etag: '{etag}' } },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { items: [{ etag: '{etag}' }] } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: HASH },
    'bare tag': { send: 'PUT /1', ifMatch: '{bare}', body: { text: 'x' }, status: 400 },
    save: { send: 'PUT /1', ifMatch: '{etag}', body: { text: 'second' }, status: 204, etag: HASH },
    stale: {
      send: 'PUT /1',
      ifMatch: '{etag}',
      body: { text: 'x' },
      status: 412,
      has: { type: 'about:blank', status: 412 },
    },
    'missing condition': {
      send: 'PUT /1',
      body: { text: 'x' },
      status: 428,
      has: { type: 'about:blank', status: 428 },
    },
    ...createOnly(204),
    'delete without a condition': { send: 'DELETE /1', status: 428 },
    ...DELETE_BY_HASH,
  },
};
