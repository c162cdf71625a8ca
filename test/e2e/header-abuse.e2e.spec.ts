import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { ETag, WeakETag } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { sendRaw } from '../support/raw-socket.js';
import type { SocketAnswer } from '../support/raw-socket.js';
import { tagOf } from '../support/tag-of.js';

const user = { name: 'Shaun', age: 27 };
const text = JSON.stringify(user);
const tag = tagOf(text);

@Controller('users')
class UsersController {
  @Get('1')
  @ETag()
  findOne(): unknown {
    return user;
  }

  @Get('1/card')
  @WeakETag(['name'])
  card(): unknown {
    return user;
  }
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** Node refuses more than 16 KB of head by itself; this server lets a megabyte through to the parser of tags. */
async function listenForLargeHeads(app: INestApplication): Promise<Server> {
  const adapter = app.getHttpAdapter();
  const instance = adapter.getInstance() as Listener & { routing?: Listener };
  const listener: Listener = instance.routing ?? instance;
  const server = createServer({ maxHeaderSize: 2 ** 20 }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const tenThousand = Array.from({ length: 10_000 }, (_none, index) => `"${index}"`).join(', ');
const sixtyFour = (piece: string): string => piece.repeat(Math.ceil(65_536 / piece.length));

describeOnEachAdapter('a head that nobody should send', (start) => {
  let running: Running;
  let large: Server;
  let url: string;
  beforeAll(async () => {
    running = await start({ controllers: [UsersController] });
    large = await listenForLargeHeads(running.app);
    url = `http://127.0.0.1:${(large.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await new Promise((resolve) => large.close(resolve));
    await running.close();
  });

  const read = (...fields: string[]): Promise<SocketAnswer> =>
    sendRaw(url, ['GET /users/1 HTTP/1.1', ...fields]);

  describe('of the size that Node refuses', () => {
    it.each([
      ['10,000 tags', tenThousand],
      ['64 KB of one tag', `"${sixtyFour('x')}"`],
    ])('is 431 before it gets anywhere: %s', async (_case, field) => {
      const { status } = await sendRaw(running.url, [
        'GET /users/1 HTTP/1.1',
        `If-None-Match: ${field}`,
      ]);
      expect(status).toBe(431);
      expect((await running.send('GET /users/1')).status).toBe(200);
    });
  });

  describe('of a size that the application allows', () => {
    it('is searched to its end: the ten thousand and first tag is ours', async () => {
      const { status, body, head } = await read(`If-None-Match: ${tenThousand}, ${tag}`);
      expect([status, body]).toEqual([304, '']);
      expect(head.toLowerCase()).toContain(`\netag: ${tag}`);
      expect((await read(`If-Match: ${tenThousand}, ${tag}`)).status).toBe(200);
    });

    it('matches nothing with ten thousand tags of others', async () => {
      expect((await read(`If-None-Match: ${tenThousand}`)).body).toBe(text);
      expect((await read(`If-Match: ${tenThousand}`)).status).toBe(412);
    });

    it('may come in five hundred lines', async () => {
      const lines = Array.from({ length: 500 }, (_none, index) => `If-None-Match: "${index}"`);
      expect((await read(...lines)).status).toBe(200);
      expect((await read(...lines, `if-none-match: ${tag}`)).status).toBe(304);
    });

    it.each([
      ['one long tag', `"${sixtyFour('x')}"`],
      ['a quote that never closes', `"${sixtyFour('x')}`],
      ['commas', sixtyFour(',')],
      ['spaces and commas', sixtyFour(' ,\t')],
      ['quotes', sixtyFour('"')],
      ['empty tags without commas', sixtyFour('""')],
      ['empty tags', sixtyFour('"",')],
      ['weak prefixes', sixtyFour('W/')],
      ['weak tags that never close', sixtyFour('W/"x, ')],
      ['backslashes', `"${sixtyFour('\\')}"`],
      ['asterisks', sixtyFour('*,')],
      ['octets beyond ASCII', `"${sixtyFour('\u00ff')}"`],
      ['braces', sixtyFour('{"a":')],
    ])(
      'is the full answer to 64 KB of %s in If-None-Match, and 412 in If-Match',
      async (_case, field) => {
        const plain = await read(`If-None-Match: ${field}`);
        expect([plain.status, plain.body]).toEqual([200, text]);
        const failed = await read(`If-Match: ${field}`);
        expect(failed.status).toBe(412);
        expect(failed.body.length).toBeLessThan(1000);
      },
    );

    it('is the full answer to 64 KB in a date', async () => {
      for (const field of ['If-Modified-Since', 'If-Unmodified-Since']) {
        const { status, body } = await read(`${field}: ${sixtyFour('Sat, 21 Nov 2026 ')}`);
        expect([status, body]).toEqual([200, text]);
      }
    });
  });

  describe('of octets that no field may hold', () => {
    it.each([
      ['NUL', '\0'],
      ['a bell', '\u0007'],
      ['DEL', '\u007f'],
      ['a lone CR', '\r'],
      ['an escape', '\u001b'],
    ])('is 400 by the parser of HTTP: %s', async (_case, octet) => {
      for (const field of ['If-None-Match', 'If-Match']) {
        const { status } = await read(`${field}: "a${octet}b", ${tag}`);
        expect(status).toBe(400);
      }
      expect((await read()).status).toBe(200);
    });

    it.each([
      ['a lone surrogate, in UTF-8', '\u00ed\u00a0\u0080'],
      ['half of a character, in UTF-8', '\u00c3'],
      ['octets that are no UTF-8', '\u00ff\u00fe'],
    ])('is compared octet by octet where a tag may hold them: %s', async (_case, octets) => {
      const { status, body } = await read(`If-None-Match: "a${octets}"`);
      expect([status, body]).toEqual([200, text]);
      expect((await read(`If-None-Match: "a${octets}", ${tag}`)).status).toBe(304);
      expect((await read(`If-Match: "a${octets}"`)).status).toBe(412);
    });
  });

  it('is read also from the oldest HTTP, and by names in any case', async () => {
    const { status } = await sendRaw(url, ['GET /users/1 HTTP/1.0', `iF-nOnE-mAtCh: ${tag}`]);
    expect(status).toBe(304);
  });

  it('never makes a full answer out of a 304: nothing follows the head', async () => {
    for (const path of ['/users/1', '/users/1/card']) {
      const { status, body, head } = await sendRaw(url, [
        `GET ${path} HTTP/1.1`,
        'If-None-Match: *',
      ]);
      expect([status, body]).toEqual([304, '']);
      expect(head.toLowerCase()).not.toMatch(/\n(content-|transfer-encoding)/);
    }
  });
});
