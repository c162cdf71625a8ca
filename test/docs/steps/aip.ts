import * as profile from '../profiles/aip.js';
import { HASH, NOT_MODIFIED, READ_AGAIN, createOnly } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

const ABORTED = { error: { code: 409, status: 'ABORTED' } };

export const aip: Profile = {
  path: 'aip',
  controller: profile.AipController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: HASH, has: { etag: '{etag}' } },
    'not modified': NOT_MODIFIED,
    'stale read, which is no collision': {
      send: 'GET /1',
      ifMatch: '"x"',
      status: 412,
      etag: '{etag}',
    },
    list: { send: 'GET /', status: 200, has: { notes: [{ id: '1', etag: '{etag}' }] } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: HASH },
    save: { send: 'PATCH /1', body: { text: 'second', etag: '{etag}' }, status: 200, etag: HASH },
    stale: { send: 'PATCH /1', body: { text: 'x', etag: '{etag}' }, status: 409, has: ABORTED },
    'missing condition': { send: 'PATCH /1', body: { text: 'third' }, status: 200, etag: HASH },
    ...createOnly(200, 409),
    'stale delete': { send: 'DELETE /1?etag={etag}', status: 409, has: ABORTED },
    'read again': READ_AGAIN,
    delete: { send: 'DELETE /1?etag={etag}', status: 204 },
  },
};
