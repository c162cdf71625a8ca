import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from '../../support/raw-request.js';
import type { RawResponse } from '../../support/raw-request.js';
import type { Asked } from './proxies.js';

/** A client that takes one content coding, and no other. */
export interface Reader {
  get(etag?: string): Promise<RawResponse>;
  put(ifMatch: string, body: object): Promise<RawResponse>;
  patch(ifMatch: string, body: object): Promise<RawResponse>;
}

/** A client of the resource at this URL. */
export function readerOf(url: string, asked: Asked): Reader {
  const write =
    (method: string) =>
    (ifMatch: string, body: object): Promise<RawResponse> =>
      request(url, { method, headers: { 'Accept-Encoding': asked, 'If-Match': ifMatch }, body });
  return {
    get: (etag) =>
      request(url, {
        headers: {
          'Accept-Encoding': asked,
          ...(etag === undefined ? {} : { 'If-None-Match': etag }),
        },
      }),
    put: write('PUT'),
    patch: write('PATCH'),
  };
}

/** The tag of an answer; the text `no tag` for one that has none, which no server takes for one. */
export function tagIn({ headers }: RawResponse): string {
  return headers.etag ?? 'no tag';
}

/** The body of an answer as JSON, whatever its content coding. */
export function contentOf({ headers, bytes }: RawResponse): unknown {
  const coding = headers['content-encoding'];
  const text =
    coding === 'gzip' ? gunzipSync(bytes) : coding === 'br' ? brotliDecompressSync(bytes) : bytes;
  return JSON.parse(text.toString());
}
