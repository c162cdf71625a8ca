import * as profile from '../profiles/couchdb.js';
import { NOT_MODIFIED, createOnly } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const couchdb: Profile = {
  path: 'couchdb',
  controller: profile.CouchController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: '"1-1"', has: { _id: '1', _rev: '1-1' } },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, etag: null, has: { rows: [{ _rev: '1-1' }] } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: '"1-2"' },
    save: {
      send: 'PUT /1',
      body: { text: 'second', _rev: '1-1' },
      status: 201,
      etag: '"2-1"',
      has: { _rev: '2-1' },
    },
    'saved by the query': {
      send: 'PUT /1?rev=2-1',
      body: { text: 'third' },
      status: 201,
      etag: '"3-1"',
    },
    'saved by the header, bare': {
      send: 'PUT /1',
      ifMatch: '3-1',
      body: { text: 'fourth' },
      status: 201,
      etag: '"4-1"',
    },
    stale: { send: 'PUT /1', body: { text: 'x', _rev: '1-1' }, status: 409 },
    'stale in the query': { send: 'PUT /1?rev=1-1', body: { text: 'x' }, status: 409 },
    'stale in the header': { send: 'PUT /1', ifMatch: '1-1', body: { text: 'x' }, status: 409 },
    'missing condition': { send: 'PUT /1', body: { text: 'x' }, status: 409 },
    'a revision of what is not there': { send: 'PUT /8?rev=1-1', body: { text: 'x' }, status: 409 },
    'created without a revision': {
      send: 'PUT /7',
      body: { text: 'x' },
      status: 201,
      etag: '"1-7"',
    },
    ...createOnly(201, 409),
    'stale delete': { send: 'DELETE /1?rev=2-1', status: 409 },
    'delete without a revision': { send: 'DELETE /1', status: 409 },
    delete: { send: 'DELETE /1?rev=4-1', status: 200 },
  },
};
