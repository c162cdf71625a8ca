import { describe, expect, it } from '@jest/globals';
import { describesContent } from '../../src/http/index.js';

describe('describesContent', () => {
  it.each([
    'Content-Type',
    'Content-Encoding',
    'Content-Language',
    'Content-Length',
    'Content-Range',
    'Content-Disposition',
    'Content-Digest',
    'Repr-Digest',
    'Digest',
    'Content-MD5',
    'Transfer-Encoding',
    'Trailer',
    'content-type',
    'CONTENT-LENGTH',
  ])('is true of %s, which a 304 drops', (name) => {
    expect(describesContent(name)).toBe(true);
  });

  it.each([
    'Cache-Control',
    'Content-Location',
    'Date',
    'ETag',
    'Expires',
    'Vary',
    'content-location',
  ])('is false of %s, which a 304 must repeat (§15.4.5)', (name) => {
    expect(describesContent(name)).toBe(false);
  });

  it.each([
    'Last-Modified',
    'Set-Cookie',
    'Access-Control-Allow-Origin',
    'Access-Control-Expose-Headers',
    'Content-Security-Policy',
    'Content-Security-Policy-Report-Only',
    'Accept-Ranges',
    'Link',
    'X-Content-Type-Options',
    'X-Request-Id',
    'Server-Timing',
    '',
  ])('is false of %j, which is not about content', (name) => {
    expect(describesContent(name)).toBe(false);
  });
});
