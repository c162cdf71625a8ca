import * as profile from '../profiles/s3.js';
import { DELETE_BY_HASH, HASH, NOT_MODIFIED, createOnly } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const s3: Profile = {
  path: 's3',
  controller: profile.S3Controller,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: HASH },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { Contents: [{ ETag: '{etag}' }] } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: HASH },
    save: { send: 'PUT /1', ifMatch: '{bare}', body: { text: 'second' }, status: 200, etag: HASH },
    stale: { send: 'PUT /1', ifMatch: '{etag}', body: { text: 'x' }, status: 412, etag: HASH },
    'stale and bare': { send: 'PUT /1', ifMatch: '{bare}', body: { text: 'x' }, status: 412 },
    'no such key': {
      send: 'PUT /8',
      ifMatch: '{etag}',
      body: { text: 'x' },
      status: 404,
      etag: null,
    },
    'missing condition': { send: 'PUT /1', body: { text: 'third' }, status: 200, etag: HASH },
    ...createOnly(200),
    ...DELETE_BY_HASH,
    'delete of nothing': { send: 'DELETE /1', status: 204, changesNothing: true },
  },
};
