import { beforeEach, expect, it } from '@jest/globals';
import {
  Body,
  Controller,
  Get,
  HttpException,
  Injectable,
  Put,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { CallHandler, CanActivate, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { tap } from 'rxjs';
import { ETag, IfMatch } from '../../src/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { tagOf } from '../support/tag-of.js';

interface Note {
  readonly text: string;
}

const FIRST: Note = { text: 'first' };
const answers = new Map<string, Note>();
let note = FIRST;
let writes = 0;

function keyIn(context: ExecutionContext): string | undefined {
  const { headers } = context
    .switchToHttp()
    .getRequest<{ headers: Record<string, string | undefined> }>();
  return headers['idempotency-key'];
}

/** Answers a request whose key it knows as it was answered before. */
@Injectable()
class Replays implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const answer = answers.get(keyIn(context) ?? '');
    if (answer !== undefined) throw new HttpException({ ...answer }, 200);
    return true;
  }
}

@Injectable()
class Remembers implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<Note>) {
    const key = keyIn(context);
    return next.handle().pipe(tap((answer) => key !== undefined && answers.set(key, answer)));
  }
}

@Controller('note')
@ETag()
class NoteController {
  @Get()
  read(): Note {
    return note;
  }

  @Put()
  @IfMatch()
  @UseGuards(Replays)
  @UseInterceptors(Remembers)
  write(@Body() body: Note): Note {
    writes += 1;
    note = body;
    return note;
  }
}

describeOnEachAdapter('a guard that replays answers by Idempotency-Key', (start) => {
  beforeEach(() => {
    answers.clear();
    note = FIRST;
    writes = 0;
  });

  const put = ({ send }: Running, headers: Readonly<Record<string, string>>) =>
    send({
      method: 'PUT',
      path: '/note',
      headers: { 'If-Match': tagOf(JSON.stringify(FIRST)), ...headers },
      body: { text: 'second' },
    });

  it('is asked before the tag, which the first write has made stale', async () => {
    const running = await start({ controllers: [NoteController] });
    const first = await put(running, { 'Idempotency-Key': 'a' });
    const again = await put(running, { 'Idempotency-Key': 'a' });
    const another = await put(running, { 'Idempotency-Key': 'b' });
    const none = await put(running, {});
    await running.close();
    expect([first.status, again.status, another.status, none.status]).toEqual([200, 200, 412, 412]);
    expect(again.json()).toEqual(first.json());
    expect(writes).toBe(1);
  });
});
