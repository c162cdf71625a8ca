import { Agent, request } from 'node:http';
import type { ClientRequest } from 'node:http';

/** A request as a test writes it: `PATCH /articles/1`. */
export interface Write {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  /** Stops at the gate behind the guard, under this name. */
  readonly gate?: string;
  /** Is told of when it comes to the guards, under this name. */
  readonly arrival?: string;
  /** Is committed by an interceptor, after its handler. */
  readonly commitsLate?: boolean;
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** Sends a request and reads its answer. @throws Error when the connection breaks. */
export function send(url: string, line: string, write: Write = {}): Promise<Answer> {
  return start(url, line, write).answer;
}

/** Sends a request that can be given up. */
export function start(
  url: string,
  line: string,
  { ifMatch, ifNoneMatch, gate, arrival, commitsLate, body }: Write = {},
): { readonly answer: Promise<Answer>; readonly request: ClientRequest } {
  const [method, path] = line.split(' ') as [string, string];
  const text = body === undefined ? undefined : JSON.stringify(body);
  const sent = request(`${url}${path}`, {
    agent,
    method,
    headers: {
      ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
      ...(ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch }),
      ...(gate === undefined ? {} : { 'X-Gate': gate }),
      ...(arrival === undefined ? {} : { 'X-Arrival': arrival }),
      ...(commitsLate === true ? { 'X-Late-Commit': 'yes' } : {}),
      ...(text === undefined
        ? {}
        : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    },
  });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          etag: response.headers.etag,
          body: parsed(Buffer.concat(chunks).toString()),
        }),
      );
    });
  });
  sent.end(text);
  return { answer, request: sent };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
