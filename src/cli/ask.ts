import { request as overHttp } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { request as overHttps } from 'node:https';
import { addressOf } from './address-of.js';
import { connectionProblem } from './connection-problem.js';

/** An answer as it came, nothing decoded: `fetch` would hide the content coding. */
export interface Answer {
  readonly status: number;
  readonly fields: IncomingHttpHeaders;
  readonly content: Buffer;
}

/** A request to send. */
export interface Request {
  readonly method?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly content?: Uint8Array;
  /** How many seconds the whole answer may take. */
  readonly timeout: number;
}

/** A larger answer is no resource that clients edit, and the doctor would read it a dozen times. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Sends one request over a connection of its own, and reads the whole answer.
 *
 * @throws Error that says why there is no answer, and what helps.
 */
export function ask(
  url: URL,
  { method = 'GET', fields, content, timeout }: Request,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let began = false;
    const fail = (error: Error): void => {
      clearTimeout(patience);
      request.destroy();
      const why = connectionProblem(error, began);
      reject(new Error(`${method} ${addressOf(url)}: ${why}`, { cause: error }));
    };
    const send = url.protocol === 'https:' ? overHttps : overHttp;
    const options = { method, headers: { ...fields }, agent: false, ALPNProtocols: ['http/1.1'] };
    const request = send(url, options, (answer) => {
      began = true;
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.byteLength;
        if (bytes > MOST_BYTES) fail(new Error('the answer has more than 64 MiB'));
      });
      answer.on('error', fail);
      answer.on('end', () => {
        clearTimeout(patience);
        const { statusCode = 0, headers } = answer;
        resolve({ status: statusCode, fields: headers, content: Buffer.concat(chunks) });
      });
    });
    // Of the whole answer: one that trickles, or an event stream, never falls silent.
    const patience = setTimeout(() => {
      const what = began ? 'the answer did not end' : 'no answer came';
      fail(new Error(`${what} within ${timeout} seconds (--timeout)`));
    }, timeout * 1000);
    request.on('error', fail);
    if (content !== undefined) request.setHeader('Content-Length', content.byteLength);
    request.end(content);
  });
}
