import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  ForbiddenException,
  Get,
  Inject,
  Injectable,
  NotFoundException,
  Put,
  UseGuards,
} from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { ETag, IfMatch, IfMatchGuard } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

/** What the guards were asked, in order. */
let asked: string[] = [];

@Injectable()
class Clock {
  readonly time = 'noon';
}

@Injectable()
class OwnGuard extends IfMatchGuard {
  @Inject(Clock) private readonly clock!: Clock;

  protected override keyOf(context: ExecutionContext, key: string): string {
    asked.push(`key of ${context.getHandler().name} at ${this.clock.time}`);
    return super.keyOf(context, key);
  }

  protected override async currentOf(
    context: ExecutionContext,
    read: () => Promise<unknown>,
  ): Promise<unknown> {
    const entity = await super.currentOf(context, read);
    asked.push(`current of ${context.getHandler().name}: ${JSON.stringify(entity)}`);
    return entity;
  }
}

@Injectable()
class AnotherGuard extends IfMatchGuard {
  protected override currentOf(): unknown {
    asked.push('another');
    return { text: 'another' };
  }
}

@Injectable()
class NothingGuard extends IfMatchGuard {
  protected override currentOf(): unknown {
    return null;
  }
}

@Injectable()
class ThrowingGuard extends IfMatchGuard {
  protected override currentOf(): never {
    throw new NotFoundException('no such thing');
  }
}

@Injectable()
class Forbids implements CanActivate {
  canActivate(): boolean {
    asked.push('another guard');
    throw new ForbiddenException();
  }
}

abstract class Base {
  @Get()
  find(): unknown {
    return { text: 'read' };
  }

  @Put()
  @IfMatch({ etag: 'answer' })
  put(): unknown {
    return { text: 'written' };
  }
}

@Controller('alone')
@ETag()
class AloneController {
  @Get()
  find(): unknown {
    return { text: 'read' };
  }

  @Put()
  @UseGuards(OwnGuard)
  @IfMatch({ etag: 'answer' })
  put(): unknown {
    return { text: 'written' };
  }
}

@Controller('above')
@ETag()
class AboveController {
  @Get()
  find(): unknown {
    return { text: 'read' };
  }

  @Put()
  @UseGuards(OwnGuard)
  @IfMatch({ etag: false })
  put(): unknown {
    return { text: 'written' };
  }
}

@Controller('below')
@ETag()
class BelowController {
  @Get()
  find(): unknown {
    return { text: 'read' };
  }

  @Put()
  @IfMatch({ etag: false })
  @UseGuards(OwnGuard)
  put(): unknown {
    return { text: 'written' };
  }
}

@Controller('class')
@ETag()
@UseGuards(OwnGuard)
class ClassController extends Base {}

@Controller('other-class')
@ETag()
@UseGuards(AnotherGuard)
class OtherClassController extends Base {}

@Controller('plain-class')
@ETag()
class PlainController extends Base {}

@Controller('overridden')
@ETag()
@UseGuards(OwnGuard)
class OverriddenController extends Base {
  @Put()
  @UseGuards(AnotherGuard)
  override put(): unknown {
    return { text: 'written' };
  }
}

@Controller('nothing')
@ETag()
@UseGuards(NothingGuard)
class NothingController extends Base {}

@Controller('throwing')
@ETag()
@UseGuards(ThrowingGuard)
class ThrowingController extends Base {}

@Controller('forbidden')
@ETag()
class ForbiddenController {
  @Get()
  find(): unknown {
    return { text: 'read' };
  }

  @Put()
  @UseGuards(OwnGuard, Forbids)
  put(): unknown {
    return { text: 'written' };
  }
}

const controllers = [
  AloneController,
  AboveController,
  BelowController,
  ClassController,
  OtherClassController,
  PlainController,
  OverriddenController,
  NothingController,
  ThrowingController,
  ForbiddenController,
];

const OWN = ['key of put at noon', 'current of put: {"text":"read"}'];

describeOnEachAdapter('a guard that extends IfMatchGuard', (start) => {
  let running: Running;

  beforeEach(() => {
    asked = [];
  });
  afterEach(() => running.close());

  async function serve(given = controllers): Promise<void> {
    running = await start({ controllers: given, providers: [Clock] });
  }

  async function put(path: string, text?: string): Promise<[number, string | undefined]> {
    asked = [];
    const headers = text === undefined ? {} : { 'If-Match': tagOf(JSON.stringify({ text })) };
    const answer = await running.send({ method: 'PUT', path, headers });
    return [answer.status, answer.headers.etag];
  }

  it('guards as @IfMatch() does', async () => {
    await serve();
    expect(await put('/alone')).toEqual([428, undefined]);
    expect(await put('/alone', 'stale')).toEqual([412, tagOf('{"text":"read"}')]);
    expect(await put('/alone', 'read')).toEqual([200, tagOf('{"text":"written"}')]);
    expect(asked).toEqual(OWN);
  });

  it.each(['/above', '/below'])(
    'takes the options of an @IfMatch() beside it (%s)',
    async (path) => {
      await serve();
      expect(await put(path)).toEqual([428, undefined]);
      expect(await put(path, 'read')).toEqual([200, undefined]);
      expect(asked).toEqual(OWN);
    },
  );

  it('runs after other guards, wherever it stands', async () => {
    await serve();
    expect(await put('/forbidden', 'stale')).toEqual([403, undefined]);
    expect(asked).toEqual(['another guard']);
  });

  it('may find nothing, and may throw what the read would', async () => {
    await serve();
    expect(await put('/nothing', 'read')).toEqual([404, undefined]);
    expect(await put('/throwing', 'read')).toEqual([404, undefined]);
  });

  it('guards its handler, and not the one of the class', async () => {
    await serve();
    expect((await put('/overridden', 'read'))[0]).toBe(412);
    expect(new Set(asked)).toEqual(new Set(['another']));
    expect((await put('/overridden', 'another'))[0]).toBe(200);
  });

  describe.each([
    ['in one order', controllers],
    ['in the other', controllers.toReversed()],
  ])('stands on one of the controllers that inherit a handler, %s,', (_, given) => {
    it('and guards that one only, in each of two applications of the process', async () => {
      for (const last of [false, true]) {
        await serve(given);
        expect(await put('/class', 'read')).toEqual([200, tagOf('{"text":"written"}')]);
        expect(asked).toEqual(OWN);
        expect((await put('/other-class', 'read'))[0]).toBe(412);
        // The first refusal of a route looks twice, at whether GET answers the same each time.
        expect(new Set(asked)).toEqual(new Set(['another']));
        expect((await put('/other-class', 'another'))[0]).toBe(200);
        expect((await put('/plain-class', 'read'))[0]).toBe(200);
        expect(asked).toEqual([]);
        if (!last) await running.close();
      }
    });
  });
});
