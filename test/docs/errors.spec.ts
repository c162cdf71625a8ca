import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import type { RefusalReason } from '../../src/index.js';
import { startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';

const page = readFileSync(join(process.cwd(), 'docs/errors.md'), 'utf8');

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
    };
    const rows = [...page.matchAll(/^\| `([\w -]+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual([
      '400 Bad Request',
      '409 Conflict',
      '412 Precondition Failed',
      '428 Precondition Required',
      'reason',
      ...Object.keys(reasons),
    ]);
  });
});
