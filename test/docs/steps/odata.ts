import * as profile from '../profiles/odata.js';
import { NOT_MODIFIED, createOnly, deleteIfMatch } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const odata: Profile = {
  path: 'odata',
  controller: profile.ODataController,
  steps: {
    read: { send: 'GET /1', status: 200, etag: 'W/"1"', has: { '@odata.etag': 'W/"1"' } },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { value: [{ id: '1', '@odata.etag': 'W/"1"' }] } },
    create: {
      send: 'POST /',
      body: { text: 'new' },
      status: 201,
      etag: 'W/"1"',
      has: { '@odata.etag': 'W/"1"' },
    },
    save: {
      send: 'PUT /1',
      ifMatch: 'W/"1"',
      body: { text: 'second' },
      status: 200,
      etag: 'W/"2"',
      has: { '@odata.etag': 'W/"2"' },
    },
    'saved by the strong form of a weak tag': {
      send: 'PUT /1',
      ifMatch: '"2"',
      body: { text: 'third' },
      status: 200,
      etag: 'W/"3"',
    },
    stale: { send: 'PUT /1', ifMatch: 'W/"1"', body: { text: 'x' }, status: 412, etag: 'W/"3"' },
    'missing condition': { send: 'PUT /1', body: { text: 'x' }, status: 428, etag: null },
    'missing condition on what is not there': {
      send: 'PUT /7',
      body: { text: 'x' },
      status: 200,
      etag: 'W/"1"',
    },
    'update only': {
      send: 'PUT /1',
      ifMatch: '*',
      body: { text: 'fourth' },
      status: 200,
      etag: 'W/"4"',
    },
    'update only, and there is none': {
      send: 'PUT /8',
      ifMatch: '*',
      body: { text: 'x' },
      status: 412,
      etag: null,
    },
    ...createOnly(200),
    'delete without a condition': { send: 'DELETE /1', status: 428 },
    ...deleteIfMatch('W/"1"', 'W/"4"'),
    gone: { send: 'GET /1', status: 404, etag: null },
  },
};
