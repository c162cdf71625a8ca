import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface RawRequest {
  readonly method?: string;
  /** Fields as they are written, also malformed or repeated ones: [name, value, name, value]. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | readonly string[];
  /** An object is sent as JSON. */
  readonly body?: unknown;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly text: string;
  /** The body as it was on the wire. */
  readonly bytes: Buffer;
  /** The body as JSON. */
  json(): Record<string, unknown>;
}

/** Sends one request by `node:http`, which neither adds nor corrects conditional fields as `fetch` does. */
export function request(url: string, given: RawRequest = {}): Promise<RawResponse> {
  const { method = 'GET', headers = {}, body } = given;
  const content = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method, agent: false, ...headersOption(headers) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = bytes.toString();
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          rawHeaders: answer.rawHeaders,
          text,
          bytes,
          json: () => JSON.parse(text) as Record<string, unknown>,
        });
      });
    });
    sent.on('error', reject);
    if (content !== undefined && !sent.hasHeader('content-type')) {
      sent.setHeader('Content-Type', 'application/json');
    }
    if (content !== undefined && !sent.hasHeader('content-length')) {
      sent.setHeader('Content-Length', Buffer.byteLength(content));
    }
    sent.end(content);
  });
}

function headersOption(headers: NonNullable<RawRequest['headers']>): {
  headers: Record<string, string | string[]>;
} {
  if (!Array.isArray(headers)) {
    return { headers: { ...(headers as Record<string, string | string[]>) } };
  }
  const fields: Record<string, string[]> = {};
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] as string;
    (fields[name] ??= []).push(headers[index + 1] as string);
  }
  return { headers: fields };
}
