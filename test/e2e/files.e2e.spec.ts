import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Header,
  Injectable,
  Param,
  Put,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ETag, IfMatch, LastModified, SkipETag, WeakETag } from '../../src/index.js';
import type { ETagValidator } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { fieldsOf304, fieldsOf } from '../support/fields.js';
import { until } from '../support/gate.js';
import { tagOf } from '../support/tag-of.js';

const MODIFIED = new Date('2026-11-21T10:00:00.123Z');

let folder: string;
/** The streams that handlers opened. */
let streams: ReturnType<typeof createReadStream>[] = [];

function file(name: string, options: { start?: number; end?: number } = {}): StreamableFile {
  const stream = createReadStream(join(folder, name), options);
  streams.push(stream);
  return new StreamableFile(stream, {
    type: 'text/plain',
    disposition: `attachment; filename="${name}"`,
  });
}

/** A file that fails to open before anything else has found out that it is not there. */
function failedFile(): StreamableFile {
  const path = join(folder, 'missing.txt');
  const error = new Error(`ENOENT: no such file or directory, open '${path}'`);
  const open = (...given: unknown[]): void => {
    setImmediate(given.at(-1) as (error: Error) => void, error);
  };
  const fs = { open, read: () => undefined, close: () => undefined };
  return new StreamableFile(createReadStream(path, { fs }));
}

interface Response {
  header(name: string, value: string): void;
}

@Injectable()
class FileVersions implements ETagValidator {
  validate(): string {
    return 'v1';
  }
}

@Controller('files')
@ETag()
class FilesController {
  @Get('parts/:start')
  part(@Param('start') start: string): StreamableFile {
    return file('report.txt', { start: Number(start), end: 9 });
  }

  @Get('by-path-as-bytes')
  byBytes(): StreamableFile {
    return new StreamableFile(createReadStream(Buffer.from(join(folder, 'report.txt'))));
  }

  @Get('weak')
  @WeakETag(['name'])
  weak(): StreamableFile {
    return file('report.txt');
  }

  @Get('versioned')
  @ETag({ version: (given: StreamableFile) => given.getHeaders().disposition?.toString() })
  versioned(): StreamableFile {
    return file('report.txt');
  }

  @Get('validated')
  @ETag({ validator: FileVersions })
  validated(): StreamableFile {
    return file('report.txt');
  }

  @Get('own')
  @Header('ETag', '"mine"')
  own(): StreamableFile {
    return file('report.txt');
  }

  @Put('own')
  @IfMatch({ etag: false })
  replaceOwn(): string {
    return 'replaced';
  }

  @Get('dated')
  @LastModified('nothing')
  @SkipETag()
  async dated(@Res({ passthrough: true }) response: Response): Promise<StreamableFile> {
    const { mtime } = await stat(join(folder, 'report.txt'));
    response.header('Last-Modified', mtime.toUTCString());
    return file('report.txt');
  }

  @Get('memory')
  memory(): StreamableFile {
    return new StreamableFile(Buffer.from('in memory'));
  }

  @Get('generated')
  generated(): StreamableFile {
    return new StreamableFile(Readable.from([Buffer.from('made '), Buffer.from('now')]));
  }

  @Get('missing')
  missing(): StreamableFile {
    return file('missing.txt');
  }

  @Get('failed')
  failed(): StreamableFile {
    return failedFile();
  }

  @Get(':name')
  findOne(@Param('name') name: string): StreamableFile {
    return file(name);
  }

  @Put(':name')
  @IfMatch({ etag: false })
  async replace(@Param('name') name: string): Promise<string> {
    await writeFile(join(folder, name), 'something else');
    return 'replaced';
  }
}

@Controller('files')
class PlainController {
  @Get('missing')
  missing(): StreamableFile {
    return file('missing.txt');
  }

  @Get('failed')
  failed(): StreamableFile {
    return failedFile();
  }
}

describeOnEachAdapter('a file', (start) => {
  let running: Running;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'files-'));
    running = await start({ controllers: [FilesController], providers: [FileVersions] });
  });
  beforeEach(async () => {
    streams = [];
    await writeFile(join(folder, 'report.txt'), 'the quick brown fox');
    await utimes(join(folder, 'report.txt'), MODIFIED, MODIFIED);
  });
  afterAll(async () => {
    await running.close();
    await rm(folder, { recursive: true });
  });

  async function tag(path: string): Promise<string | undefined> {
    return (await running.send(`GET ${path}`)).headers.etag;
  }

  it('has a tag made of its name, size and modification time, and none of its bytes (golden)', async () => {
    const answer = await running.send('GET /files/report.txt');
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('the quick brown fox');
    const state = JSON.stringify(['report.txt', 19, MODIFIED.getTime(), 0, null]);
    expect(answer.headers.etag).toBe(tagOf(`file ${state}`));
    expect(answer.headers.etag).toBe('"60a77ee939d1e39729b518297c7259cb"');
    expect(answer.headers['cache-control']).toBe('private, no-cache');
  });

  it('has the same tag on another server, where it is another file of the same content and time', async () => {
    const first = await tag('/files/report.txt');
    const here = folder;
    folder = await mkdtemp(join(tmpdir(), 'other-server-'));
    await writeFile(join(folder, 'report.txt'), 'the quick brown fox');
    await utimes(join(folder, 'report.txt'), MODIFIED, MODIFIED);
    const other = await start({ controllers: [FilesController], providers: [FileVersions] });
    const second = await other.send('GET /files/report.txt');
    await other.close();
    await rm(folder, { recursive: true });
    folder = here;
    expect(second.headers.etag).toBe(first);
  });

  it.each([
    ['its size', () => writeFile(join(folder, 'report.txt'), 'the quick brown foxes')],
    ['its time', () => utimes(join(folder, 'report.txt'), MODIFIED, new Date('2026-11-22'))],
  ])('has another tag when %s changes', async (_, change) => {
    const before = await tag('/files/report.txt');
    await change();
    expect(await tag('/files/report.txt')).not.toBe(before);
  });

  it('has another tag for another part of it', async () => {
    const parts = await Promise.all(
      ['/files/report.txt', '/files/parts/0', '/files/parts/4'].map(tag),
    );
    expect(new Set(parts).size).toBe(3);
  });

  it('may be named by a path of bytes', async () => {
    expect(await tag('/files/by-path-as-bytes')).toBe(await tag('/files/report.txt'));
  });

  it.each(['report.txt', 'weak', 'versioned', 'own', 'dated'])(
    'is 304 without being read: its stream is closed (%s)',
    async (name) => {
      const full = await running.send(`GET /files/${name}`);
      streams = [];
      const again = await running.send({
        path: `/files/${name}`,
        headers:
          full.headers.etag === undefined
            ? { 'If-Modified-Since': full.headers['last-modified'] as string }
            : { 'If-None-Match': full.headers.etag },
      });
      expect(again.status).toBe(304);
      expect(again.bytes).toHaveLength(0);
      expect(fieldsOf(again)).toEqual(fieldsOf304(full));
      const [stream, ...others] = streams;
      expect(others).toEqual([]);
      expect(stream?.destroyed).toBe(true);
      expect(stream?.bytesRead).toBe(0);
      await until(() => stream?.closed === true);
    },
  );

  it('is 304 without being opened where a validator knows it', async () => {
    const etag = (await tag('/files/validated')) as string;
    expect(etag).toBe(tagOf('revision "files/validated" "v1"'));
    streams = [];
    const again = await running.send({
      path: '/files/validated',
      headers: { 'If-None-Match': etag },
    });
    expect(again.status).toBe(304);
    expect(streams).toEqual([]);
  });

  it('answers HEAD like GET', async () => {
    const get = await running.send('GET /files/report.txt');
    const head = await running.send('HEAD /files/report.txt');
    expect(head.status).toBe(200);
    expect(head.headers.etag).toBe(get.headers.etag);
    expect(head.bytes).toHaveLength(0);
    const again = await running.send({
      method: 'HEAD',
      path: '/files/report.txt',
      headers: { 'If-None-Match': get.headers.etag as string },
    });
    expect(again.status).toBe(304);
  });

  it('has a weak tag under @WeakETag(), which changes with the file', async () => {
    const before = await tag('/files/weak');
    expect(before).toMatch(/^W\//);
    await writeFile(join(folder, 'report.txt'), 'changed');
    expect(await tag('/files/weak')).not.toBe(before);
  });

  it('may be tagged by a version that a function finds in it', async () => {
    const digits = tagOf('revision "files/versioned" "attachment; filename=\\"report.txt\\""');
    expect(await tag('/files/versioned')).toBe(digits);
  });

  it.each(['memory', 'generated'])('that is none (%s) is sent without a tag', async (name) => {
    const answer = await running.send(`GET /files/${name}`);
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).toBeUndefined();
    expect(answer.headers['cache-control']).toBeUndefined();
  });

  it.each([
    ['is not there', '/files/missing'],
    ['could not be opened', '/files/failed'],
  ])('that %s is answered as without tags', async (_, path) => {
    const plain = await start({ controllers: [PlainController], withoutModule: true });
    const expected = await plain.send(`GET ${path}`);
    await plain.close();
    const answer = await running.send(`GET ${path}`);
    expect([answer.status, answer.text]).toEqual([expected.status, expected.text]);
    expect(answer.headers.etag).toBeUndefined();
    expect(answer.headers['cache-control']).toBeUndefined();
  });

  describe('is guarded', () => {
    const write = (path: string, etag: string) =>
      running.send({ method: 'PUT', path, headers: { 'If-Match': etag } });

    it('by that tag, and is not read for it', async () => {
      const etag = (await tag('/files/report.txt')) as string;
      streams = [];
      expect((await write('/files/report.txt', etag)).status).toBe(200);
      expect(streams.map(({ bytesRead }) => bytesRead)).toEqual([0]);
      expect(streams[0]?.destroyed).toBe(true);
      const stale = await write('/files/report.txt', etag);
      expect(stale.status).toBe(412);
      expect(stale.headers.etag).toBe(await tag('/files/report.txt'));
    });

    it('by the tag that the handler sets', async () => {
      expect((await write('/files/own', '"mine"')).status).toBe(200);
      expect((await write('/files/own', '"other"')).status).toBe(412);
    });
  });

  it('a range of it is sent whole: ranges are not served', async () => {
    const answer = await running.send({
      path: '/files/report.txt',
      headers: { Range: 'bytes=0-2' },
    });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('the quick brown fox');
    expect(answer.headers['accept-ranges']).toBeUndefined();
  });
});
