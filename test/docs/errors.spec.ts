import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import type { RefusalReason } from '../../src/index.js';
import { startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { has, messagesIn, phrasesIn } from './support/messages.js';

const page = readFileSync(join(process.cwd(), 'docs/errors.md'), 'utf8');

/** Errors that come later than at boot, or that only a mistake in the library can cause, by their texts. */
const ELSEWHERE = [
  'precondition.settle()',
  'asks for the version that was verified',
  'asks for the version of an entity, but its tag',
  'must return { ifMatch, ifNoneMatch } at once',
  'which is no condition: it must return { ifMatch, ifNoneMatch }',
  'a read that nobody asked for',
  'cannot tell which module one of its guards belongs to',
  "option 'aroundRead' did not call the read",
  'The wait for a lock',
  'The lease',
  'The connection that held the lock',
  'release() has not settled',
  'etagCors()',
];

/** What is said of options is put together from what each may be. */
const OF_OPTIONS = ["ETagModule.forRoot(): option 'atomicity' must be", 'has no option'];

/** A request and its answer, as a block of the page shows them. */
interface Example {
  readonly line: string;
  readonly request: Readonly<Record<string, string>>;
  readonly status: number;
  readonly answer: Readonly<Record<string, string>>;
  readonly body: unknown;
}

function fieldsIn(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^([\w-]+): (.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
}

function examplesIn(text: string): readonly Example[] {
  return [...text.matchAll(/^```http\n(.*?)^```$/gms)].map(([, block = '']) => {
    const [request = '', answer = '', body = ''] = block.split('\n\n');
    const [line = '', ...fields] = request.trim().split('\n');
    const [status = '', ...answered] = answer.trim().split('\n');
    return {
      line,
      request: fieldsIn(fields),
      status: Number(status.split(' ')[1]),
      answer: fieldsIn(answered),
      body: JSON.parse(body) as unknown,
    };
  });
}

@Controller('articles')
@ETag()
class ArticlesController {
  @Get(':id')
  findOne(): unknown {
    return { title: 'Tags' };
  }

  @Put(':id')
  @IfMatch()
  update(): unknown {
    return { title: 'Tags' };
  }
}

const [nests = '', problems = ''] = page.split('## The shape: problem details');
const running = new Map<string, Running>();

beforeAll(async () => {
  const controllers = [ArticlesController];
  running.set('Nest', await startOn('express', { controllers }));
  running.set('problem', await startOn('express', { controllers, etag: { problemDetails: true } }));
});
afterAll(async () => {
  for (const app of running.values()) await app.close();
});

const examples = [
  ...examplesIn(nests).map((example) => ['Nest', example] as const),
  ...examplesIn(problems).map((example) => ['problem', example] as const),
];

describe('docs/errors.md', () => {
  it('has an example for each status and shape that it speaks of', () => {
    expect(examples.map(([shape, { status }]) => [shape, status])).toEqual([
      ['Nest', 412],
      ['Nest', 428],
      ['Nest', 400],
      ['problem', 412],
    ]);
  });

  it.each(examples)('shows what an application answers (%s, %j)', async (shape, example) => {
    const [method = '', path = ''] = example.line.split(' ');
    const answer = await (running.get(shape) as Running).send({
      method,
      path,
      headers: example.request,
    });
    expect(answer.status).toBe(example.status);
    expect(answer.json()).toEqual(example.body);
    for (const [name, value] of Object.entries(example.answer)) {
      expect([name, answer.headers[name.toLowerCase()]]).toEqual([name, value]);
    }
  });

  it('shows other statuses that an application answers', async () => {
    const app = await startOn('express', {
      controllers: [ArticlesController],
      etag: { refusalStatus: { changed: 409, 'missing-precondition': 400 } },
    });
    const put = (headers: Readonly<Record<string, string>>) =>
      app.send({ method: 'PUT', path: '/articles/1', headers });
    const answers = [await put({ 'If-Match': '"stale"' }), await put({})];
    await app.close();
    expect(page).toContain("refusalStatus: { changed: 409, 'missing-precondition': 400 }");
    expect(answers.map(({ status }) => status)).toEqual([409, 400]);
    expect(answers.map((answer) => (answer.json() as { reason: string }).reason)).toEqual([
      'changed',
      'missing-precondition',
    ]);
  });

  it('explains every reason and every status', () => {
    const reasons: Record<RefusalReason, true> = {
      changed: true,
      'missing-resource': true,
      exists: true,
      'weak-tag': true,
      'recoded-tag': true,
      'unmodified-since': true,
      'missing-precondition': true,
      malformed: true,
      busy: true,
    };
    const [refusals = ''] = page.split('## When the application does not boot');
    const rows = [...refusals.matchAll(/^\| `([\w -]+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual([
      '400 Bad Request',
      '409 Conflict',
      '412 Precondition Failed',
      '428 Precondition Required',
      '503 Service Unavailable',
      'reason',
      ...Object.keys(reasons),
    ]);
  });

  describe('about an application that does not boot', () => {
    const [, section = ''] = page.split('## When the application does not boot');
    const phrases = phrasesIn(section);
    const messages = messagesIn('src/nest').thrown.filter(
      (message) => !ELSEWHERE.some((part) => message.includes(part)),
    );

    it('has a row for every error that it can end with', () => {
      const unknown = messages.filter((message) => !phrases.some((phrase) => has(message, phrase)));
      expect(messages.length).toBeGreaterThan(30);
      expect(unknown).toEqual([]);
    });

    it.each(phrases)('quotes what there is: %s', (phrase) => {
      const all = [...messages, ...OF_OPTIONS];
      expect(all.some((message) => has(message, phrase))).toBe(true);
    });
  });
});
