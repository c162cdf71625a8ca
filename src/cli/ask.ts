import { request as overHttp } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { request as overHttps } from 'node:https';
import { messageOf } from './message-of.js';

/** An answer as it came, nothing decoded: `fetch` would hide the content coding. */
export interface Answer {
  readonly status: number;
  readonly fields: IncomingHttpHeaders;
  readonly content: Buffer;
}

/** What is asked for. */
export interface Request {
  readonly method?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly content?: Uint8Array;
}

/** How long a server may be silent. */
const PATIENCE_IN_SECONDS = 30;

/**
 * Sends one request over a connection of its own, and reads the whole answer.
 *
 * @throws Error that says what is wrong with the way there.
 */
export function ask(url: URL, { method = 'GET', fields, content }: Request): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void =>
      reject(new Error(`${url.origin} does not answer: ${messageOf(error)}`, { cause: error }));
    const send = url.protocol === 'https:' ? overHttps : overHttp;
    const request = send(
      url,
      { method, headers: { ...fields }, agent: false, timeout: PATIENCE_IN_SECONDS * 1000 },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', fail);
        answer.on('end', () => {
          const { statusCode = 0, headers } = answer;
          resolve({ status: statusCode, fields: headers, content: Buffer.concat(chunks) });
        });
      },
    );
    request.on('timeout', () => {
      request.destroy(new Error(`nothing came for ${PATIENCE_IN_SECONDS} seconds`));
    });
    request.on('error', fail);
    if (content !== undefined) request.setHeader('Content-Length', content.byteLength);
    request.end(content);
  });
}
