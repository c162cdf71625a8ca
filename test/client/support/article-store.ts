import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Article {
  title: string;
  text: string;
  stars: number;
}

/** A request as the server saw it. */
export interface SeenRequest {
  method: string;
  path: string;
  ifMatch: string | undefined;
  ifNoneMatch: string | undefined;
  headers: IncomingMessage['headers'];
  body: unknown;
}

/** What a gateway answers in the server's place: only a status, or more. */
export type GatewayAnswer =
  number | { status: number; headers?: Record<string, string>; body?: string };

/** One answer that is held back until the test lets it go. */
export interface HeldAnswer {
  /** Resolves when the request has been judged and its answer is ready. */
  readonly ready: Promise<void>;
  release(): void;
}

interface Stored {
  version: number;
  value: unknown;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A real HTTP server with versioned JSON resources, and with the faults that networks have. */
export class ArticleStore {
  readonly seen: SeenRequest[] = [];
  /** What happens to a tag on its way to the client; `undefined` removes it. */
  tagOnTheWay: (etag: string) => string | undefined = (etag) => etag;
  /** Whether If-Match passes with a tag that was rewritten on the way, as with `intermediaries: 'recoded'`. */
  knowsRewrittenTags = true;
  /** Further response header fields. */
  extraHeaders: Record<string, string> = {};
  /** Whether writes answer 200 with the representation, 204 with a tag, or 204 without. */
  writesAnswer: 'representation' | 'tag' | 'nothing' = 'representation';
  /** The media type under which representations are served. */
  mediaType = 'application/json; charset=utf-8';
  /** Replaces the `reason` of a 412. */
  refusalReason = 'changed';

  readonly #resources = new Map<string, Stored>();
  readonly #interludes: { method: string; run: () => void | Promise<void> }[] = [];
  readonly #losses: { method: string; applied: boolean; answer: GatewayAnswer | undefined }[] = [];
  readonly #held: { method: string; arrived: () => void; released: Promise<void> }[] = [];
  readonly #server = createServer((request, response) => {
    this.#handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  static async start(): Promise<ArticleStore> {
    const store = new ArticleStore();
    await new Promise<void>((resolve) => store.#server.listen(0, '127.0.0.1', resolve));
    return store;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new Error('The store is not started.');
    return `http://127.0.0.1:${address.port}`;
  }

  url(path: string): string {
    return `${this.origin}${path}`;
  }

  /** What somebody else writes, past every precondition. */
  write(path: string, value: unknown): void {
    const version = (this.#resources.get(path)?.version ?? 0) + 1;
    this.#resources.set(path, { version, value });
  }

  remove(path: string): void {
    this.#resources.delete(path);
  }

  read(path: string): unknown {
    return this.#resources.get(path)?.value;
  }

  etag(path: string): string | undefined {
    const version = this.#resources.get(path)?.version;
    return version === undefined ? undefined : `"v${version}"`;
  }

  /** Lets something happen after the next such request has arrived and before it is judged. */
  beforeNext(method: string, run: () => void | Promise<void>): void {
    this.#interludes.push({ method, run });
  }

  /**
   * Loses the next such request, before it is carried out, or the answer to it: breaks the connection,
   * or answers as a gateway does whose connection to the server broke.
   */
  loseNext(
    method: string,
    { applied, answer }: { applied: boolean; answer?: GatewayAnswer },
  ): void {
    this.#losses.push({ method, applied, answer });
  }

  /** Holds the answer to the next such request back: it is made now and sent on release. */
  holdNext(method: string): HeldAnswer {
    const ready = new Signal();
    const released = new Signal();
    this.#held.push({ method, arrived: ready.give, released: released.given });
    return { ready: ready.given, release: released.give };
  }

  requests(method: string): SeenRequest[] {
    return this.seen.filter((request) => request.method === method);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await look(request);
    this.seen.push(seen);
    const is = ({ method }: { method: string }): boolean => method === seen.method;

    await take(this.#interludes, is)?.run();
    const loss = take(this.#losses, is);
    if (loss?.applied === false) return lose(response, loss.answer);
    const answer = this.#answer(seen);
    if (loss) return lose(response, loss.answer);

    const held = take(this.#held, is);
    held?.arrived();
    await held?.released;
    this.#send(response, answer);
  }

  #answer(request: SeenRequest): Answer {
    const { method, path, body } = request;
    if (method === 'POST') return this.#create(path, body);
    const stored = this.#resources.get(path);
    const etag = this.etag(path);
    if (method === 'GET') {
      if (!stored || !etag) return problem(404, 'There is no such article.');
      const isCurrent = request.ifNoneMatch === (this.tagOnTheWay(etag) ?? null);
      if (isCurrent) return { status: 304, headers: { etag } };
      return { status: 200, headers: { etag }, body: stored.value };
    }

    const refusal = this.#refusal(request, etag);
    if (refusal) return refusal;
    if (method === 'DELETE') {
      this.remove(path);
      return { status: 204 };
    }
    this.write(path, method === 'PATCH' ? { ...Object(stored?.value), ...Object(body) } : body);
    return this.#written(path, stored ? 200 : 201);
  }

  #refusal({ ifMatch, ifNoneMatch }: SeenRequest, etag: string | undefined): Answer | undefined {
    if (ifNoneMatch === '*') {
      return etag ? problem(412, 'It exists.', { reason: 'exists' }) : undefined;
    }
    if (!etag) return problem(404, 'There is no such article.');
    if (ifMatch === undefined) return problem(428, 'If-Match is missing.');
    const expected = this.knowsRewrittenTags ? this.tagOnTheWay(etag) : etag;
    if (ifMatch === '*' || ifMatch === expected) return undefined;
    return {
      ...problem(412, 'It has changed.', { reason: this.refusalReason }),
      headers: { etag },
    };
  }

  #create(path: string, body: unknown): Answer {
    const created = `${path}/${this.#resources.size + 1}`;
    this.write(created, body);
    const { headers, ...answer } = this.#written(created, 201);
    return { ...answer, headers: { ...headers, location: created } };
  }

  #written(path: string, status: number): Answer {
    const etag = this.etag(path) ?? '';
    if (this.writesAnswer === 'nothing') return { status: 204 };
    if (this.writesAnswer === 'tag') return { status: 204, headers: { etag } };
    return { status, headers: { etag }, body: this.read(path) };
  }

  #send(response: ServerResponse, { status, headers = {}, body }: Answer): void {
    const { etag, ...others } = headers;
    const arriving = etag && this.tagOnTheWay(etag);
    const isProblem = status >= 400;
    response.writeHead(status, {
      ...others,
      ...(arriving && { etag: arriving }),
      ...(body !== undefined && {
        'content-type': isProblem ? 'application/problem+json' : this.mediaType,
      }),
      ...this.extraHeaders,
    });
    const isText = typeof body === 'string' && !isProblem;
    response.end(body === undefined || isText ? body : JSON.stringify(body));
  }
}

function lose(response: ServerResponse, answer?: GatewayAnswer): void {
  if (answer === undefined) return void response.destroy();
  const {
    status,
    headers = {},
    body = 'from the gateway',
  }: Exclude<GatewayAnswer, number> = typeof answer === 'number' ? { status: answer } : answer;
  const page = { 'content-type': 'text/html', ...headers };
  response.writeHead(status, page).end(body);
}

function problem(status: number, detail: string, more: object = {}): Answer {
  return { status, body: { status, detail, ...more } };
}

/** Takes the first that fits out of the list. */
function take<T>(list: T[], fits: (item: T) => boolean): T | undefined {
  const index = list.findIndex(fits);
  return index < 0 ? undefined : list.splice(index, 1)[0];
}

async function look(request: IncomingMessage): Promise<SeenRequest> {
  const body = await text(request);
  const { method = '', url = '', headers } = request;
  return {
    method,
    path: url,
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
    headers,
    body: headers['content-type']?.includes('json') ? (JSON.parse(body) as unknown) : body,
  };
}

/** Something that happens once and can be waited for. */
class Signal {
  give!: () => void;
  readonly given = new Promise<void>((resolve) => {
    this.give = resolve;
  });
}
