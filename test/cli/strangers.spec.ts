import { createServer as createHttp2Server } from 'node:http2';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createHttpsServer } from 'node:https';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ARTICLE, X } from './support/fake-deployment.js';
import { CERTIFICATE, KEY } from './support/certificate.js';
import { examined, nestjsETag } from './support/nestjs-etag.js';

const servers: Server[] = [];
const sockets = new Set<Socket>();

/** Lets a server listen on port 0 until the end of the test, and answers its port. */
async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  const closing = servers
    .splice(0)
    .map((server) => new Promise((resolve) => server.close(resolve)));
  await Promise.all(closing);
});

/** What the doctor says of a server that answers like this. */
async function toldOf(answer: RequestListener, ...options: string[]) {
  const port = await listen(createServer(answer));
  return nestjsETag('doctor', `http://127.0.0.1:${port}/articles/1`, ...options);
}

const GOOD = { ETag: `"${X}"`, 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' };

describe('a resource that cannot be read', () => {
  it.each([
    [
      301,
      { Location: '/elsewhere?a=1' },
      /, a redirect: examine http:\/\/127\.0\.0\.1:\d+\/elsewhere\?a=1$/,
    ],
    [302, { Location: 'https://login.example/' }, /examine https:\/\/login\.example\/$/],
    [302, {}, /without a Location to follow$/],
    [302, { Location: 'http://[' }, /without a Location to follow$/],
    [401, {}, /say who asks, with --header 'Authorization: …' or --header 'Cookie: …'$/],
    [403, {}, /say who asks/],
    [404, {}, /: name a resource that GET answers with 200$/],
    [204, {}, /: name a resource that GET answers with 200$/],
    [429, { 'Retry-After': '7' }, /: try again later \(Retry-After: 7\)$/],
    [503, {}, /: try again later$/],
    [500, {}, /: the log of the server, or of a proxy before it, says why$/],
  ])('is not examined: %i %j', async (status, fields, advice) => {
    const { code, output, errors, arrived } = await examined({ read: { status, fields } });
    expect(errors).toContain(`/articles/1 is answered ${status}`);
    expect(errors.trim()).toMatch(advice);
    expect([code, output]).toEqual([2, '']);
    expect(arrived.map(({ method }) => method)).toEqual(['GET']);
  });

  it('for one content coding is not examined, and the coding is named', async () => {
    const { errors, code } = await toldOf((request, response) => {
      response.writeHead(request.headers['accept-encoding'] === 'br' ? 406 : 200, GOOD).end('{}');
    });
    expect(errors).toContain('with Accept-Encoding: br is answered 406');
    expect(code).toBe(2);
  });
});

describe('a server that is none', () => {
  it('because nobody listens', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const { code, errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    expect(errors).toContain(`GET http://127.0.0.1:${port}/: connect ECONNREFUSED`);
    expect(code).toBe(2);
  });

  it('because it speaks something else', async () => {
    const port = await listen(
      createTcpServer((socket) => void socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n')),
    );
    const { code, errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    expect(errors).toContain(': the answer is not HTTP/1.1 (');
    expect(code).toBe(2);
  });

  it.each([
    ['without an answer', ''],
    ['in the middle of the answer', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{'],
    ['in the middle of the answer', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{'],
  ])('because it closes the connection %s', async (when, text) => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.once('data', () => void socket.end(text));
      }),
    );
    const { code, errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    expect(errors).toContain(`: the server closed the connection ${when}\n`);
    expect(code).toBe(2);
  });

  it('because it resets the connection', async () => {
    const port = await listen(
      createTcpServer((socket) => {
        socket.once('data', () => void socket.resetAndDestroy());
      }),
    );
    const { errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    expect(errors).toContain('the server closed the connection without an answer');
  });
});

describe('a server that does not end', () => {
  it('before it begins is given up', async () => {
    const { code, errors } = await toldOf(() => undefined, '--timeout', '0.2');
    expect(errors).toContain(': no answer came within 0.2 seconds (--timeout)\n');
    expect(code).toBe(2);
  });

  it('what it began is given up, though it never falls silent', async () => {
    const { code, errors } = await toldOf(
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        const dripping = setInterval(() => response.write(': still here\n\n'), 20);
        response.on('close', () => clearInterval(dripping));
      },
      '--timeout',
      '0.3',
    );
    expect(errors).toContain(': the answer did not end within 0.3 seconds (--timeout)\n');
    expect(code).toBe(2);
  });

  it('in size is given up', async () => {
    const { code, errors } = await toldOf((_, response) => {
      response.writeHead(200, GOOD);
      const megabyte = Buffer.alloc(1024 * 1024);
      const more = (): void => {
        while (!response.destroyed && response.write(megabyte));
      };
      response.on('drain', more);
      more();
    });
    expect(errors).toContain(': the answer has more than 64 MiB\n');
    expect(code).toBe(2);
  });
});

describe('TLS', () => {
  const secure = { key: KEY, cert: CERTIFICATE };
  const answer: RequestListener = (_, response) => void response.writeHead(200, GOOD).end(ARTICLE);

  it('with a certificate of its own is told how to trust it', async () => {
    const port = await listen(createHttpsServer(secure, answer));
    const { code, errors } = await nestjsETag('doctor', `https://127.0.0.1:${port}/`);
    expect(errors).toContain('Node does not trust the certificate (self-signed certificate)');
    expect(errors).toContain('set NODE_EXTRA_CA_CERTS to the file (PEM)');
    expect(code).toBe(2);
  });

  it('where none is spoken is told', async () => {
    const port = await listen(createServer(answer));
    const { errors } = await nestjsETag('doctor', `https://127.0.0.1:${port}/`);
    expect(errors).toContain('does not speak TLS; write http:// instead of https://');
  });

  it('where plain HTTP was sent is told, if the server says so in TLS', async () => {
    const alert = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);
    const port = await listen(createTcpServer((socket) => void socket.resume().end(alert)));
    const { errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    expect(errors).toContain('; the server speaks TLS: write https://');
  });
});

describe('HTTP/2 alone', () => {
  it('is told in the clear', async () => {
    const port = await listen(createHttp2Server());
    const { code, errors } = await nestjsETag('doctor', `http://127.0.0.1:${port}/`);
    expect(errors).toContain('the server speaks only HTTP/2, the doctor only HTTP/1.1');
    expect(code).toBe(2);
  });

  it('is told over TLS', async () => {
    const refusing = { key: KEY, cert: CERTIFICATE, ALPNCallback: () => undefined };
    const port = await listen(createHttpsServer(refusing));
    const { code, errors } = await nestjsETag('doctor', `https://127.0.0.1:${port}/`);
    expect(errors).toContain('the server speaks only HTTP/2, the doctor only HTTP/1.1');
    expect(code).toBe(2);
  });
});

describe('the output', () => {
  it('holds no control character that a server sent', async () => {
    const { output } = await toldOf((_, response) => {
      response.writeHead(200, { ...GOOD, ETag: '\u009b31m"x"' }).end('{"reason":"\u001b[31m"}');
    });
    expect(output).toContain('?31m"x"');
    expect(output).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it('holds no password of the URL', async () => {
    const port = await listen(
      createServer((_, response) => void response.writeHead(200, GOOD).end(ARTICLE)),
    );
    const { output, errors } = await nestjsETag(
      'doctor',
      `http://shaun:secret@127.0.0.1:${port}/articles/1?a=1#part`,
      '--save',
    );
    expect(output).toContain(`\nhttp://127.0.0.1:${port}/articles/1?a=1\n`);
    expect(output + errors).not.toMatch(/secret|#part/);
  });
});
