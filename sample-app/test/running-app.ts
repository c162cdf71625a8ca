import { createApp } from '../src/create-app.js';
import type { Adapter } from '../src/create-app.js';

/** An answer, as far as the tests look at it. */
export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly headers: Headers;
  /** The body as it was sent. */
  readonly text: string;
  /** The body as JSON. */
  json(): Record<string, unknown>;
}

/** The application, listening. */
export interface RunningApp {
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

/**
 * Starts the application on a free port.
 *
 * @param file where its data are; new ones that are forgotten afterwards by default.
 */
export async function startApp(adapter: Adapter, file = ':memory:'): Promise<RunningApp> {
  process.env['DATA_FILE'] = file;
  delete process.env['DATABASE_URL'];
  const app = await createApp(adapter, { logger: ['error', 'fatal'] });
  await app.listen(0);
  const url = await app.getUrl();
  return {
    url,
    get: (path, headers = {}) => exchange(url + path, { headers }),
    send: (method, path, body, headers = {}) =>
      exchange(url + path, {
        method,
        headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    close: () => app.close(),
  };
}

async function exchange(url: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(url, request);
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag'),
    headers: response.headers,
    text,
    json: () => {
      const body: Record<string, unknown> = JSON.parse(text);
      return body;
    },
  };
}

/** The tag that an answer must carry. */
export function tagOf(answer: Answer): string {
  if (answer.etag === null) throw new Error(`No tag on ${answer.status} ${answer.text}`);
  return answer.etag;
}

/** How many answers there are of each status. */
export function statusCounts(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
