import { connect } from 'node:net';
import { once } from 'node:events';

/** The end of a head, and of a body in chunks. */
const END_OF_HEAD = '\r\n\r\n';
const END_OF_CHUNKS = Buffer.from('0\r\n\r\n');

/**
 * One connection that is kept alive, with one request at a time on it. It looks at what the benchmark needs and at
 * nothing else, so that the server is the one that is busy.
 */
export class Connection {
  #socket;
  #answered;
  #begun;
  #answer;
  #missing = 0;
  #inChunks = false;

  static async open(port) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket);
  }

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (data) => this.#take(data));
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('The server closed the connection')));
  }

  /**
   * Sends a request.
   *
   * @param request text or bytes of the whole request.
   * @param answered called with the error or with the answer: its status and its tag.
   */
  send(request, answered) {
    this.#answered = answered;
    this.#socket.write(request);
  }

  close() {
    this.#answered = undefined;
    this.#socket.destroy();
  }

  #take(data) {
    if (this.#answer !== undefined) return this.#takeBody(data);
    const bytes = this.#begun === undefined ? data : Buffer.concat([this.#begun, data]);
    const end = bytes.indexOf(END_OF_HEAD);
    this.#begun = end === -1 ? bytes : undefined;
    if (end === -1) return;
    this.#takeHead(bytes.latin1Slice(0, end + 2));
    this.#takeBody(bytes.subarray(end + END_OF_HEAD.length));
  }

  #takeHead(head) {
    const status = Number(head.slice(9, 12));
    const length = field(head, 'content-length');
    this.#inChunks = length === undefined && field(head, 'transfer-encoding') === 'chunked';
    this.#missing = status === 304 || length === undefined ? 0 : Number(length);
    this.#answer = { status, etag: field(head, 'etag') };
  }

  #takeBody(data) {
    this.#missing -= data.length;
    const isWhole = this.#inChunks
      ? data.subarray(-END_OF_CHUNKS.length).equals(END_OF_CHUNKS)
      : this.#missing <= 0;
    if (!isWhole) return;
    const answer = this.#answer;
    this.#answer = undefined;
    this.#answered?.(undefined, answer);
  }

  #end(error) {
    this.#answered?.(error);
    this.#answered = undefined;
  }
}

function field(head, name) {
  const at = head.toLowerCase().indexOf(`\r\n${name}: `);
  if (at === -1) return undefined;
  const start = at + name.length + 4;
  return head.slice(start, head.indexOf('\r\n', start));
}
