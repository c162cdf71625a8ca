import * as profile from '../profiles/fhir.js';
import { NOT_MODIFIED, createOnly, deleteIfMatch } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const fhir: Profile = {
  path: 'fhir',
  controller: profile.FhirController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: 'W/"1"', has: { meta: { versionId: '1' } } },
    'not modified': NOT_MODIFIED,
    list: {
      send: 'GET /',
      status: 200,
      etag: null,
      has: { entry: [{ resource: { meta: { versionId: '1' } } }] },
    },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: 'W/"1"' },
    save: {
      send: 'PUT /1',
      ifMatch: 'W/"1"',
      body: { text: 'second' },
      status: 200,
      etag: 'W/"2"',
    },
    stale: { send: 'PUT /1', ifMatch: 'W/"1"', body: { text: 'x' }, status: 412, etag: 'W/"2"' },
    'missing condition': {
      send: 'PUT /1',
      body: { text: 'x' },
      status: 400,
      has: { reason: 'missing-precondition' },
    },
    'missing condition on what is not there': {
      send: 'PUT /7',
      body: { text: 'x' },
      status: 200,
      etag: 'W/"1"',
    },
    ...createOnly(200),
    ...deleteIfMatch('W/"1"', 'W/"2"'),
  },
};
