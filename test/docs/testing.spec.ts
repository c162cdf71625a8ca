import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { NotFoundException, PreconditionFailedException } from '@nestjs/common';
import type { TestingModule } from '@nestjs/testing';
import { ExpressAdapter } from '@nestjs/platform-express';
import { preconditionOf } from '../../src/testing/index.js';
import { request } from '../support/raw-request.js';
import type { RawRequest, RawResponse } from '../support/raw-request.js';
import { tagOf } from '../support/tag-of.js';
import { withOtherSettings, withoutConditions } from './support/other-settings.js';
import { tokens } from './support/tokens.js';

const page = readFileSync('docs/testing.md', 'utf8');

/** The examples, and the files that `npm run test:runners` runs with Jest and with Vitest. */
const FILES = {
  articles: 'test/runners/articles.ts',
  handler: 'test/runners/handler.test.ts',
  requests: 'test/runners/requests.test.ts',
  unguarded: 'test/runners/unguarded.test.ts',
  testing: 'test/docs/support/other-settings.ts',
};

/** The answer to one request of an application that a test has put together. */
async function answerOf(testing: TestingModule, options: RawRequest): Promise<RawResponse> {
  const app = testing.createNestApplication(new ExpressAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  try {
    return await request(`${await app.getUrl()}/settings`, options);
  } finally {
    await app.close();
  }
}

describe('docs/testing.md', () => {
  it.each(Object.entries(FILES))('shows the code that is run (%s)', (name, file) => {
    const shown = new RegExp(`<!-- ${name} -->\\n\\n\`\`\`ts\\n(.*?)^\`\`\`$`, 'ms').exec(
      page,
    )?.[1];
    expect(tokens(shown ?? '')).toBe(tokens(readFileSync(file, 'utf8')));
  });

  it('says what each precondition makes of where() and of a write that touches nothing', () => {
    const versioned = preconditionOf({ version: 3 });
    expect(versioned.where({ id: 7 })).toEqual({ id: 7, version: 3 });
    expect(() => versioned.settle(0)).toThrow(PreconditionFailedException);

    const represented = preconditionOf({ representation: { id: 7 } });
    expect(() => represented.where({ id: 7 })).toThrow(TypeError);
    expect(() => represented.settle(0)).toThrow(PreconditionFailedException);

    expect(preconditionOf.any().where({ id: 7 })).toEqual({ id: 7 });
    expect(() => preconditionOf.any().settle(0)).toThrow(PreconditionFailedException);

    expect(preconditionOf.none().where({ id: 7 })).toEqual({ id: 7 });
    expect(() => preconditionOf.none().settle(0)).toThrow(NotFoundException);
  });

  it('shows other providers', async () => {
    const { headers } = await answerOf(await withOtherSettings(), { method: 'GET' });
    expect(headers.etag).toBe(tagOf('{"theme":"dark"}'));
  });

  it('shows other options', async () => {
    const { status } = await answerOf(await withoutConditions(), { method: 'PUT' });
    expect(status).toBe(200);
  });
});
