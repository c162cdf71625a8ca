import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The opaque tag of the one article there is. */
export const X = '77bc43ac22bb2f5a9fbab5a32554a5d3';

export const ARTICLE = '{"title":"Tags"}';

/** A request as it arrived. */
export interface Arrived {
  readonly method: string;
  readonly fields: IncomingHttpHeaders;
  readonly content: string;
}

export interface Reply {
  readonly status: number;
  readonly fields?: Readonly<Record<string, string>>;
  readonly content?: string;
}

/** A server and everything before it. What is left out is as it should be, of a strict server. */
export interface Behaviour {
  /** Fields of every answer. */
  readonly fields?: Readonly<Record<string, string>>;
  /** The content coding for a client that accepts this one. */
  readonly coding?: (asked: string) => string | undefined;
  /** The tag for a client that accepts this coding. */
  readonly tag?: (asked: string) => string | undefined;
  /** Whether this tag of If-None-Match is answered 304; by default, each one that is given out. */
  readonly knows?: (tag: string) => boolean;
  /** The tag of a 304; by default, as it was sent. */
  readonly tagOf304?: (sent: string) => string | undefined;
  /** The answer to a GET with this If-Match; `undefined` for that of one without. By default, only `"x"` passes. */
  readonly compared?: (sent: string) => Reply | undefined;
  /** The answer to every read, instead of all that. */
  readonly read?: Reply;
  /** The answer to a write; by default, that it is stale. */
  readonly save?: Reply;
}

export interface FakeDeployment {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  close(): Promise<void>;
}

/** `412` as this library answers it. */
export const REFUSED: Reply = {
  status: 412,
  fields: { 'Content-Type': 'application/json', ETag: `"${X}"` },
  content: '{"statusCode":412,"reason":"changed"}',
};

/** Starts a deployment that behaves like this, on port 0. */
export async function deploy(behaviour: Behaviour): Promise<FakeDeployment> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', headers: fields } = request;
      arrived.push({ method, fields, content: Buffer.concat(chunks).toString() });
      const reply =
        method === 'GET'
          ? (behaviour.read ?? read(behaviour, fields))
          : (behaviour.save ?? REFUSED);
      response.writeHead(reply.status, { ...behaviour.fields, ...reply.fields });
      response.end(reply.content);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/articles/1`, arrived, close: () => closed(server) };
}

/** What only a server that compares If-Match answers. */
function strictly(sent: string): Reply | undefined {
  return sent === `"${X}"` ? undefined : REFUSED;
}

function read(behaviour: Behaviour, fields: IncomingHttpHeaders): Reply {
  const { compared = strictly } = behaviour;
  const ifMatch = fields['if-match'];
  return (ifMatch === undefined ? undefined : compared(ifMatch)) ?? represent(behaviour, fields);
}

function represent(behaviour: Behaviour, fields: IncomingHttpHeaders): Reply {
  const { coding = () => undefined, tag = () => `"${X}"`, tagOf304 = (sent) => sent } = behaviour;
  const given = ['identity', 'gzip', 'br', 'zstd'].map(tag);
  const { knows = (sent: string) => given.includes(sent) } = behaviour;
  const asked = String(fields['accept-encoding']);
  const sent = fields['if-none-match'];
  const always = { 'Cache-Control': 'private, no-cache', ...behaviour.fields };
  if (sent !== undefined && knows(sent)) {
    return { status: 304, fields: { ...always, ...defined('ETag', tagOf304(sent)) } };
  }
  return {
    status: 200,
    fields: {
      'Content-Type': 'application/json; charset=utf-8',
      ...always,
      ...defined('Content-Encoding', coding(asked)),
      ...defined('ETag', tag(asked)),
    },
    // What is said to be compressed is so little that nothing of it is looked at.
    content: coding(asked) === undefined ? ARTICLE : '',
  };
}

function defined(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}
