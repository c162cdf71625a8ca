import * as profile from '../profiles/kubernetes.js';
import { NOT_MODIFIED, createOnly } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

const CONFLICT = { kind: 'Status', reason: 'Conflict', code: 409 };

function versioned(resourceVersion: string): object {
  return { metadata: { resourceVersion } };
}

export const kubernetes: Profile = {
  path: 'kubernetes',
  controller: profile.KubernetesController,
  options: profile.options,
  steps: {
    read: { send: 'GET /1', status: 200, etag: '"1"', has: versioned('1') },
    'not modified': NOT_MODIFIED,
    list: { send: 'GET /', status: 200, has: { items: [versioned('1')] } },
    create: { send: 'POST /', body: { text: 'new' }, status: 201, etag: '"1"' },
    save: { send: 'PUT /1', body: { text: 'second', ...versioned('1') }, status: 200, etag: '"2"' },
    stale: { send: 'PUT /1', body: { text: 'x', ...versioned('1') }, status: 409, has: CONFLICT },
    'missing condition': { send: 'PUT /1', body: { text: 'third' }, status: 200, etag: '"3"' },
    ...createOnly(200, 409),
    'stale delete': {
      send: 'DELETE /1',
      body: { preconditions: { resourceVersion: '2' } },
      status: 409,
      has: CONFLICT,
    },
    delete: { send: 'DELETE /1', body: { preconditions: { resourceVersion: '3' } }, status: 200 },
  },
};
