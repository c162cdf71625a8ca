import { describe, expect, it } from '@jest/globals';
import { IsArray, IsOptional, ValidateNested, validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';
import { Type, plainToInstance } from 'class-transformer';
import { Body, Controller, Post, ValidationPipe } from '@nestjs/common';
import { IsEntityTag, isEntityTag } from '../../src/class-validator/index.js';
import { itOnEachAdapter } from '../support/each-adapter.js';

const TAGS = ['"v1"', '""', '"!#$%"', '"é"', '"a,b"'];
const WEAK = ['W/"v1"', 'W/""'];
const OTHERS = [
  'v1',
  '',
  '"v1',
  'v1"',
  'w/"v1"',
  '*',
  '"a", "b"',
  ' "v1"',
  '"v1" ',
  '"a b"',
  '"\u{1F411}"',
  1,
  null,
  undefined,
  {},
  ['"v1"'],
];

class Row {
  @IsEntityTag()
  etag: unknown;

  @IsOptional()
  @IsEntityTag({ weak: false })
  strong?: unknown;

  @IsOptional()
  @IsEntityTag({}, { each: true })
  many?: unknown;

  @IsOptional()
  @IsEntityTag({}, { message: 'read it again', groups: ['elsewhere'] })
  told?: unknown;
}

/** What is wrong with a row. */
function problems(row: Partial<Row>, groups?: string[]): Record<string, string>[] {
  const errors = validateSync(plainToInstance(Row, row), {
    ...(groups === undefined ? {} : { groups }),
    forbidUnknownValues: false,
  });
  return errors.map(({ constraints = {} }: ValidationError) => constraints);
}

describe('isEntityTag', () => {
  it.each([...TAGS, ...WEAK])('takes %j for one', (tag) => {
    expect(isEntityTag(tag)).toBe(true);
  });

  it.each(OTHERS)('takes %j for none', (other) => {
    expect(isEntityTag(other)).toBe(false);
  });

  it.each(WEAK)('takes %j for none where weak ones are of no use', (tag) => {
    expect(isEntityTag(tag, { weak: false })).toBe(false);
  });
});

describe('@IsEntityTag()', () => {
  it('accepts an entity tag', () => {
    expect(problems({ etag: '"v1"' })).toEqual([]);
    expect(problems({ etag: 'W/"v1"', strong: '"v1"', many: ['"a"', 'W/"b"'] })).toEqual([]);
  });

  it('says what it wants instead', () => {
    expect(problems({ etag: 'v1' })).toEqual([
      {
        isEntityTag: 'etag must be an entity tag with its quotes, such as "5d41402abc4b2a76"',
      },
    ]);
    expect(problems({ etag: '"v1"', strong: 'W/"v1"' })).toEqual([
      {
        isEntityTag:
          'strong must be a strong entity tag with its quotes, such as "5d41402abc4b2a76"',
      },
    ]);
  });

  it('looks at each of several', () => {
    expect(problems({ etag: '"v1"', many: ['"a"', 'b'] })).toEqual([
      {
        isEntityTag:
          'each value in many must be an entity tag with its quotes, such as "5d41402abc4b2a76"',
      },
    ]);
  });

  it('takes the options of every validator', () => {
    expect(problems({ etag: '"v1"', told: 'x' }, ['another'])).toEqual([]);
    expect(problems({ etag: '"v1"', told: 'x' }, ['elsewhere'])).toEqual([
      { isEntityTag: 'read it again' },
    ]);
  });
});

class Batch {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Row)
  rows!: Row[];
}

@Controller('batch')
class BatchController {
  @Post()
  save(@Body() { rows }: Batch): unknown {
    return rows;
  }
}

itOnEachAdapter(
  'a body with the tags of several resources is validated by ValidationPipe',
  {
    controllers: [BatchController],
    configure: (app) =>
      void app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true })),
  },
  async ({ send }) => {
    const post = (rows: unknown) => send({ method: 'POST', path: '/batch', body: { rows } });
    expect((await post([{ etag: '"v1"' }, { etag: '"v2"' }])).json()).toEqual([
      { etag: '"v1"' },
      { etag: '"v2"' },
    ]);
    const refused = await post([{ etag: '"v1"' }, { etag: 'v2' }]);
    expect(refused.status).toBe(400);
    expect(refused.json()['message']).toEqual([
      'rows.1.etag must be an entity tag with its quotes, such as "5d41402abc4b2a76"',
    ]);
  },
);
