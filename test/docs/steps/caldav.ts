import type { INestApplication } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import * as profile from '../profiles/caldav.js';
import { HASH, NOT_MODIFIED, READ_AGAIN, createOnly } from '../support/profile.js';
import type { Profile } from '../support/profile.js';

/** What Fastify has to be told: on Nest 11.0 that there is PROPFIND at all, and always how XML is read. */
function preparePropfind(app: INestApplication): void {
  if (app.getHttpAdapter().getType() !== 'fastify') return;
  const application = app as NestFastifyApplication;
  const fastify = application.getHttpAdapter().getInstance();
  if (!fastify.supportedMethods.includes('PROPFIND')) {
    fastify.addHttpMethod('PROPFIND', { hasBody: true });
  }
  application.useBodyParser('application/xml');
}

export const caldav: Profile = {
  path: 'caldav',
  controller: profile.CalDavController,
  configure: preparePropfind,
  steps: {
    read: { send: 'GET /1', status: 200, etag: HASH, has: 'first' },
    'not modified': NOT_MODIFIED,
    list: {
      send: 'PROPFIND /',
      status: 207,
      etag: null,
      has: '<href>/caldav/1</href><propstat><prop><getetag>{etag}</getetag>',
    },
    create: { send: 'PUT /2', ifNoneMatch: '*', body: { text: 'new' }, status: 201, etag: HASH },
    save: { send: 'PUT /1', ifMatch: '{etag}', body: { text: 'second' }, status: 204, etag: HASH },
    stale: { send: 'PUT /1', ifMatch: '{etag}', body: { text: 'x' }, status: 412, etag: HASH },
    'missing condition': { send: 'PUT /1', body: { text: 'third' }, status: 204, etag: HASH },
    ...createOnly(201),
    'stale delete': { send: 'DELETE /1', ifMatch: '{etag}', status: 412 },
    'read again': READ_AGAIN,
    'list, asked for in XML': {
      send: 'PROPFIND /',
      body: '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>',
      status: 207,
      has: '<href>/caldav/1</href><propstat><prop><getetag>{etag}</getetag>',
    },
    'a list on a condition, which is about one object': {
      send: 'PROPFIND /',
      ifMatch: '{etag}',
      status: 400,
    },
    delete: { send: 'DELETE /1', ifMatch: '{etag}', status: 204 },
  },
};
