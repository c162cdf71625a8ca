import * as profile from '../profiles/gcs.js';
import { NOT_MODIFIED } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const gcs: Profile = {
  path: 'gcs',
  controller: profile.GcsController,
  steps: {
    read: { send: 'GET /1', status: 200, etag: '"1"' },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { items: [{ etag: '"1"' }] } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: '"1"' },
    save: {
      send: 'PUT /1?ifGenerationMatch=1',
      body: { text: 'second' },
      status: 200,
      etag: '"2"',
    },
    stale: { send: 'PUT /1?ifGenerationMatch=1', body: { text: 'x' }, status: 412, etag: '"2"' },
    'missing condition': { send: 'PUT /1', body: { text: 'third' }, status: 200, etag: '"3"' },
    'create only, and there is one': {
      send: 'PUT /1?ifGenerationMatch=0',
      body: { text: 'x' },
      status: 412,
    },
    'create only': {
      send: 'PUT /9?ifGenerationMatch=0',
      body: { text: 'x' },
      status: 200,
      etag: '"1"',
    },
    'stale delete': { send: 'DELETE /1?ifGenerationMatch=2', status: 412 },
    delete: { send: 'DELETE /1?ifGenerationMatch=3', status: 204 },
  },
};
