import * as profile from '../profiles/scim.js';
import { NOT_MODIFIED, createOnly, deleteIfMatch } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

const ERROR = { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '412' };

export const scim: Profile = {
  path: 'scim',
  controller: profile.ScimController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: 'W/"1"', has: { meta: { version: 'W/"1"' } } },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { Resources: [{ meta: { version: 'W/"1"' } }] } },
    create: {
      send: 'POST /',
      body: { text: 'new' },
      status: 201,
      etag: 'W/"1"',
      has: { meta: { version: 'W/"1"' } },
    },
    save: {
      send: 'PUT /1',
      ifMatch: 'W/"1"',
      body: { text: 'second' },
      status: 200,
      etag: 'W/"2"',
    },
    stale: {
      send: 'PUT /1',
      ifMatch: 'W/"1"',
      body: { text: 'x' },
      status: 412,
      etag: 'W/"2"',
      has: ERROR,
    },
    'missing condition': { send: 'PUT /1', body: { text: 'third' }, status: 200, etag: 'W/"3"' },
    ...createOnly(200),
    ...deleteIfMatch('W/"2"', 'W/"3"'),
  },
};
