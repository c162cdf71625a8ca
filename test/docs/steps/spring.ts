import * as profile from '../profiles/spring.js';
import { NOT_MODIFIED, createOnly, deleteIfMatch } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

export const spring: Profile = {
  path: 'spring',
  controller: profile.SpringController,
  steps: {
    read: { send: 'GET /1', status: 200, etag: '"1"' },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { _embedded: { notes: [{ id: '1' }] } } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: '"1"' },
    save: { send: 'PUT /1', ifMatch: '"1"', body: { text: 'second' }, status: 204, etag: '"2"' },
    'saved by a bare version': {
      send: 'PUT /1',
      ifMatch: '2',
      body: { text: 'third' },
      status: 204,
      etag: '"3"',
    },
    stale: { send: 'PUT /1', ifMatch: '"2"', body: { text: 'x' }, status: 412, etag: '"3"' },
    'missing condition': { send: 'PUT /1', body: { text: 'fourth' }, status: 204, etag: '"4"' },
    ...createOnly(204),
    ...deleteIfMatch('3', '4'),
  },
};
