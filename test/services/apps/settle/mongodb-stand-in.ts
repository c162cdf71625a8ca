import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { mongo } from 'mongoose';

const { BSON } = mongo;
const OP_MSG = 2013;

type Document = Record<string, unknown>;

interface Statement {
  readonly q: { readonly _id?: number; readonly __v?: number };
  readonly u?: { readonly $set?: { readonly edits?: number } };
  readonly upsert?: boolean;
}

const ROW = { _id: 1, title: 'untouched', edits: 0, __v: 0 };

/**
 * Stands in for MongoDB, of which no npm package brings a server: it has one document, number 1, never changes it, and answers
 * to the commands for one document as MongoDB's reference of commands says. The driver, its protocol and the socket are real.
 */
export async function openStandIn(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((socket) => serve(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/test`, server };
}

function serve(socket: Socket): void {
  let received = Buffer.alloc(0);
  socket.on('error', () => undefined); // the driver closes its connections as it likes
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
      const length = received.readInt32LE(0);
      answer(socket, received.subarray(0, length));
      received = received.subarray(length);
    }
  });
}

function answer(socket: Socket, message: Buffer): void {
  const isMoreToCome = (message.readUInt32LE(16) & 2) !== 0;
  if (isMoreToCome) return; // `w: 0`: nobody waits for the answer
  const body = Buffer.from(BSON.serialize(answerTo(commandIn(message))));
  const head = Buffer.alloc(21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(OP_MSG, 12);
  socket.write(Buffer.concat([head, body]));
}

/** The command of a message; its documents may stand in sections of their own. */
function commandIn(message: Buffer): Document {
  const command: Document = {};
  let at = 20;
  while (at < message.length) {
    const kind = message[at]!;
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    Object.assign(command, kind === 0 ? BSON.deserialize(section) : documentsIn(section));
    at += 1 + size;
  }
  return command;
}

function documentsIn(section: Buffer): Document {
  const end = section.indexOf(0, 4);
  const documents: Document[] = [];
  for (let at = end + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(BSON.deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString('utf8', 4, end)]: documents };
}

function answerTo(command: Document): Document {
  const answers: Readonly<Record<string, () => Document>> = {
    hello: () => ({ isWritablePrimary: true, maxWireVersion: 21, minWireVersion: 0 }),
    update: () => updated(command['updates'] as Statement[]),
    delete: () => ({ n: matching(command['deletes'] as Statement[]) }),
    insert: () => ({ n: (command['documents'] as Document[]).length }),
    findAndModify: () => {
      const n = matching([{ q: command['query'] as Statement['q'] }]);
      return { lastErrorObject: { n, updatedExisting: n > 0 }, value: n > 0 ? ROW : null };
    },
    find: () => {
      const n = matching([{ q: command['filter'] as Statement['q'] }]);
      return { cursor: { id: 0n, ns: 'test.articles', firstBatch: n > 0 ? [ROW] : [] } };
    },
  };
  const name = Object.keys(command).find((each) => each in answers); // the first name is the command's
  return { ok: 1, ...(name === undefined ? {} : answers[name]!()) };
}

function updated(updates: readonly Statement[]): Document {
  const n = matching(updates);
  const [{ q, u, upsert }] = updates as [Statement];
  const { _id } = q;
  if (n === 0 && upsert === true) {
    return { n: 1, nModified: 0, upserted: [{ index: 0, _id }] };
  }
  return { n, nModified: u?.$set?.edits === ROW.edits ? 0 : n };
}

function matching(statements: readonly Statement[]): number {
  const { _id: number, __v: version } = ROW;
  const matches = ({ _id: id, __v: at = version }: Statement['q']): boolean =>
    id === number && at === version;
  return statements.filter(({ q }) => matches(q)).length;
}
