import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Body, Controller, Get, Logger, Param, Post, Put, Scope } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

type Method = (...given: unknown[]) => unknown;

const rows = new Map<string, unknown>();

class Base {
  @Get(':id')
  @ETag()
  findOne(@Param('id') id: string): unknown {
    return rows.get(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id') id: string, @Body() body: unknown): unknown {
    rows.set(id, body);
    return body;
  }

  @Post('runs')
  run(): object {
    return { isBound: this instanceof Base };
  }
}

/** A method of one instance, replaced by one that calls it: an aspect, a spy, `bind()`. */
function replace(instance: object, name: string, copiesMetadata: boolean): void {
  const methods = instance as Record<string, Method>;
  const method = methods[name] as Method;
  const wrapper: Method = (...given) => method.apply(instance, given);
  if (copiesMetadata) copyMetadata(method, wrapper);
  methods[name] = wrapper;
}

function copyMetadata(from: object, to: object): void {
  for (const key of Reflect.getMetadataKeys(from) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
  }
}

/** An instance whose every method is another function each time, with the metadata of the method. */
function proxied<T extends object>(instance: T): T {
  return new Proxy(instance, {
    get: (target, name, receiver) => {
      const value = Reflect.get(target, name, receiver) as unknown;
      if (typeof value !== 'function' || name === 'constructor') return value;
      const wrapper: Method = (...given) => (value as Method).apply(target, given);
      copyMetadata(value, wrapper);
      return wrapper;
    },
  });
}

@Controller('rows')
class CopyingController extends Base {
  constructor() {
    super();
    replace(this, 'update', true);
  }
}

@Controller('rows')
class LosingController extends Base {
  constructor() {
    super();
    replace(this, 'update', false);
  }
}

@Controller('rows')
class ProxiedController extends Base {
  constructor() {
    super();
    return proxied(this);
  }
}

@Controller('rows')
class BindingController extends Base {
  constructor() {
    super();
    this.run = this.run.bind(this);
  }
}

@Controller({ path: 'rows', scope: Scope.REQUEST })
class LosingRequestController extends Base {
  constructor() {
    super();
    replace(this, 'update', false);
  }
}

/** A wrapper that copies what it knows of Nest, and nothing else. */
@Controller({ path: 'rows', scope: Scope.REQUEST })
class NestOnlyRequestController extends Base {
  constructor() {
    super();
    const { update } = this as { update: Method };
    const wrapper: Method = (...given) => update.apply(this, given);
    for (const key of ['path', 'method', '__guards__']) {
      Reflect.defineMetadata(key, Reflect.getMetadata(key, update), wrapper);
    }
    Object.assign(this, { update: wrapper });
  }
}

@Controller({ path: 'bases', scope: Scope.REQUEST })
class RequestController extends Base {}

@Controller({ path: 'owns', scope: Scope.REQUEST })
class OwnRequestController {
  @Get(':id')
  @ETag()
  findOne(@Param('id') id: string): unknown {
    return rows.get(id);
  }

  @Put(':id')
  @IfMatch()
  update(@Param('id') id: string, @Body() body: unknown): unknown {
    rows.set(id, body);
    return body;
  }
}

@Controller({ path: 'rows', scope: Scope.REQUEST })
class InheritingRequestController extends RequestController {}

@Controller('rows')
class InheritingController extends RequestController {}

describeOnEachAdapter('a handler that was replaced', (start) => {
  let running: Running | undefined;

  beforeEach(() => {
    rows.clear();
    rows.set('1', { text: 'before' });
  });
  afterEach(() => running?.close());

  const serve = async (controllers: Type[]): Promise<Running['send']> => {
    running = undefined;
    running = await start({ controllers });
    return running.send;
  };

  const put = (send: Running['send'], headers: Record<string, string>) =>
    send({ method: 'PUT', path: '/rows/1', headers, body: { text: 'after' } });

  describe.each<[string, Type[]]>([
    ['by a function with its metadata, on the instance', [CopyingController]],
    ['by another such function each time, by a proxy', [ProxiedController]],
    ['beside another that was bound', [BindingController]],
    [
      'in a class of each request that inherits it from another',
      [RequestController, InheritingRequestController],
    ],
    [
      'in a class that inherits it from one of each request',
      [InheritingController, RequestController],
    ],
  ])('%s', (_, controllers) => {
    it('is guarded as ever', async () => {
      const send = await serve(controllers);
      const { headers } = await send('GET /rows/1');
      expect((await put(send, {})).status).toBe(428);
      expect((await put(send, { 'If-Match': '"stale"' })).status).toBe(412);
      expect(rows.get('1')).toEqual({ text: 'before' });
      expect((await put(send, { 'If-Match': String(headers.etag) })).status).toBe(200);
      expect(rows.get('1')).toEqual({ text: 'after' });
    });
  });

  it('by a function without its metadata does not boot', async () => {
    await expect(serve([LosingController])).rejects.toThrow(
      'LosingController.update is replaced on its instance by a function that has not the metadata of the method',
    );
  });

  it.each<[string, Type, string]>([
    ['without any', LosingRequestController, 'has lost the metadata of the method'],
    ['with what Nest knows alone', NestOnlyRequestController, 'is none of the handlers that were'],
  ])(
    'by a function %s on each instance is refused at each request, with a line in the log',
    async (_, controller, line) => {
      const error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
      const send = await serve([controller]);
      expect((await put(send, { 'If-Match': '*' })).status).toBe(500);
      expect(rows.get('1')).toEqual({ text: 'before' });
      expect(error.mock.calls.map(([said]) => String(said))).toEqual([
        expect.stringContaining(line),
      ]);
      error.mockRestore();
    },
  );

  it.each<[string, Type]>([
    ['made once', CopyingController],
    ['made for each request', OwnRequestController],
    ['made for each request, which inherits it', RequestController],
  ])('by this library is guarded in two applications at once (%s)', async (_, controller) => {
    const path = `/${String(Reflect.getMetadata('path', controller))}/1`;
    const one = await serve([controller]);
    const other = await start({ controllers: [controller] });
    for (const send of [one, other.send, one]) {
      rows.set('1', { text: 'before' });
      const { headers } = await send(`GET ${path}`);
      const write = (etag: string) =>
        send({ method: 'PUT', path, headers: { 'If-Match': etag }, body: { text: 'after' } });
      expect((await write('"stale"')).status).toBe(412);
      expect(rows.get('1')).toEqual({ text: 'before' });
      expect((await write(String(headers.etag))).status).toBe(200);
      expect(rows.get('1')).toEqual({ text: 'after' });
    }
    await other.close();
  });

  it('and that nobody guards is left alone', async () => {
    const send = await serve([BindingController]);
    const answer = await send({ method: 'POST', path: '/rows/runs' });
    expect([answer.status, answer.json()]).toEqual([201, { isBound: true }]);
  });
});
