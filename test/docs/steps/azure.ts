import * as profile from '../profiles/azure.js';
import { DELETE_BY_HASH, HASH, NOT_MODIFIED, createOnly } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const azure: Profile = {
  path: 'azure',
  controller: profile.AzureController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: HASH },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { value: [{ id: '1', etag: '{etag}' }] } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: HASH },
    save: { send: 'PUT /1', ifMatch: '{etag}', body: { text: 'second' }, status: 200, etag: HASH },
    stale: {
      send: 'PUT /1',
      ifMatch: '{etag}',
      body: { text: 'x' },
      status: 412,
      has: { error: { code: 'ConditionNotMet' } },
    },
    'missing condition': { send: 'PUT /1', body: { text: 'third' }, status: 200, etag: HASH },
    ...createOnly(200),
    ...DELETE_BY_HASH,
    'delete of nothing': { send: 'DELETE /1', status: 204, changesNothing: true },
  },
};
