import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transformSync } from '@swc/core';
import * as fc from 'fast-check';
import { formatHttpDate, parseHttpDate } from '../../src/http/index.js';
import { anyText } from './arbitraries.js';

const NOW = new Date('2026-11-21T12:00:00Z');

function iso(text: string, now = NOW): string | undefined {
  return parseHttpDate(text, now)?.toISOString();
}

function anySecond(): fc.Arbitrary<Date> {
  const min = Date.parse('0000-01-01T00:00:00Z') / 1000;
  const max = Date.parse('9999-12-31T23:59:59Z') / 1000;
  return fc.integer({ min, max }).map((second) => new Date(second * 1000));
}

describe('parseHttpDate', () => {
  it.each([
    // RFC 9110 §5.6.7
    ['IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['rfc850-date', 'Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
    ['asctime-date', 'Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
    ['asctime-date with two digits', 'Wed Nov 16 08:49:37 1994', '1994-11-16T08:49:37.000Z'],
    ['asctime-date with a leading zero', 'Sun Nov 06 08:49:37 1994', '1994-11-06T08:49:37.000Z'],
    ['the epoch', 'Thu, 01 Jan 1970 00:00:00 GMT', '1970-01-01T00:00:00.000Z'],
    ['a time before the epoch', 'Wed, 31 Dec 1969 23:59:59 GMT', '1969-12-31T23:59:59.000Z'],
    ['a leap day', 'Thu, 29 Feb 2024 12:00:00 GMT', '2024-02-29T12:00:00.000Z'],
    ['a leap day of a fourth century', 'Tue, 29 Feb 2000 12:00:00 GMT', '2000-02-29T12:00:00.000Z'],
    ['a leap second', 'Sat, 31 Dec 2016 23:59:60 GMT', '2017-01-01T00:00:00.000Z'],
    ['a year below 100', 'Mon, 01 Jan 0001 00:00:00 GMT', '0001-01-01T00:00:00.000Z'],
    ['the last second', 'Fri, 31 Dec 9999 23:59:59 GMT', '9999-12-31T23:59:59.000Z'],
    [
      'optional whitespace around it',
      ' \tSun, 06 Nov 1994 08:49:37 GMT \t',
      '1994-11-06T08:49:37.000Z',
    ],
  ])('reads %s', (_form, text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  it.each(
    ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(
      (name, month) => [name, month] as const,
    ),
  )('knows %s', (name, month) => {
    const date = new Date(Date.UTC(2026, month, 15));
    expect(date.toUTCString()).toContain(name);
    expect(parseHttpDate(date.toUTCString())).toEqual(date);
  });

  it.each(
    ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'].map(
      (name, day) => [name, day + 6] as const,
    ),
  )('knows %s', (name, day) => {
    const dd = String(day).padStart(2, '0');
    const expected = `1994-11-${dd}T08:49:37.000Z`;
    expect(iso(`${name}, ${dd}-Nov-94 08:49:37 GMT`)).toBe(expected);
    expect(iso(`${name.slice(0, 3)}, ${dd} Nov 1994 08:49:37 GMT`)).toBe(expected);
    expect(iso(`${name.slice(0, 3)} Nov ${dd} 08:49:37 1994`)).toBe(expected);
  });

  it.each([
    ['nothing', ''],
    ['a number', '0'],
    ['seconds since 1970', '784111777'],
    ['ISO 8601', '1994-11-06T08:49:37Z'],
    ['a date alone', '06 Nov 1994'],
    ['another zone', 'Sun, 06 Nov 1994 08:49:37 EST'],
    ['UTC for GMT', 'Sun, 06 Nov 1994 08:49:37 UTC'],
    ['an offset', 'Sun, 06 Nov 1994 08:49:37 +0000'],
    ['no zone', 'Sun, 06 Nov 1994 08:49:37'],
    ['no day name', '06 Nov 1994 08:49:37 GMT'],
    ['the wrong day name', 'Mon, 06 Nov 1994 08:49:37 GMT'],
    ['the wrong long day name', 'Monday, 06-Nov-94 08:49:37 GMT'],
    ['the wrong day name in asctime', 'Mon Nov  6 08:49:37 1994'],
    ['an unknown day name', 'Foo, 06 Nov 1994 08:49:37 GMT'],
    ['a long day name in an IMF-fixdate', 'Sunday, 06 Nov 1994 08:49:37 GMT'],
    ['a short day name in an rfc850-date', 'Sun, 06-Nov-94 08:49:37 GMT'],
    ['an unknown month', 'Sun, 06 Foo 1994 08:49:37 GMT'],
    ['an unknown month under the name of a day in December', 'Mon, 06 Foo 1994 08:49:37 GMT'],
    ['lower case', 'sun, 06 nov 1994 08:49:37 gmt'],
    ['31 February', 'Sat, 31 Feb 2026 00:00:00 GMT'],
    ['31 February under the name of the day it would become', 'Tue, 31 Feb 2026 00:00:00 GMT'],
    ['29 February of a common year', 'Sun, 29 Feb 2026 00:00:00 GMT'],
    ['29 February of a common century', 'Thu, 29 Feb 1900 00:00:00 GMT'],
    ['31 April', 'Fri, 31 Apr 2026 00:00:00 GMT'],
    ['day 0', 'Sat, 00 Nov 2026 00:00:00 GMT'],
    ['day 32', 'Sun, 32 Nov 2026 00:00:00 GMT'],
    ['hour 24', 'Sun, 06 Nov 1994 24:00:00 GMT'],
    ['minute 60', 'Sun, 06 Nov 1994 08:60:00 GMT'],
    ['second 61', 'Sat, 31 Dec 2016 23:59:61 GMT'],
    ['a leap second in the middle of a day', 'Sun, 06 Nov 1994 08:49:60 GMT'],
    ['a leap second at the end of another hour', 'Sun, 06 Nov 1994 08:59:60 GMT'],
    ['a leap second in the middle of an hour', 'Sun, 06 Nov 1994 23:49:60 GMT'],
    ['fractions of a second', 'Sun, 06 Nov 1994 08:49:37.5 GMT'],
    ['one digit for the day', 'Sun, 6 Nov 1994 08:49:37 GMT'],
    ['one digit for the hour', 'Sun, 06 Nov 1994 8:49:37 GMT'],
    ['two spaces', 'Sun,  06 Nov 1994 08:49:37 GMT'],
    ['one space before a one-digit day in asctime', 'Sun Nov 6 08:49:37 1994'],
    ['GMT in asctime', 'Sun Nov  6 08:49:37 1994 GMT'],
    ['two digits for the year', 'Sun, 06 Nov 94 08:49:37 GMT'],
    ['four digits for the year of an rfc850-date', 'Sunday, 06-Nov-1994 08:49:37 GMT'],
    ['five digits for the year', 'Sat, 01 Jan 10000 00:00:00 GMT'],
    ['a list of dates', 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT'],
    ['something after it', 'Sun, 06 Nov 1994 08:49:37 GMT; length=42'],
    ['a line break after it', 'Sun, 06 Nov 1994 08:49:37 GMT\n'],
    ['digits of another script', 'Sun, \u0660\u0666 Nov 1994 08:49:37 GMT'],
    ['64 KiB of spaces', ' '.repeat(65_536)],
    ['64 KiB of a day name', 'S'.repeat(65_536)],
  ])('takes %s for no date', (_what, text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  it('reads back every second of the years 0 to 9999 that formatHttpDate writes', () => {
    fc.assert(
      fc.property(anySecond(), (date) => {
        expect(parseHttpDate(formatHttpDate(date))).toEqual(date);
      }),
    );
  });

  it('throws at no text', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(parseHttpDate(text)).toBeUndefined();
      }),
    );
  });

  describe('the two-digit year of an rfc850-date', () => {
    it.each([
      ['this year', 'Saturday, 21-Nov-26 12:00:00 GMT', '2026-11-21T12:00:00.000Z'],
      ['less than fifty years ahead', 'Sunday, 01-Jan-73 00:00:00 GMT', '2073-01-01T00:00:00.000Z'],
      ['exactly fifty years ahead', 'Saturday, 21-Nov-76 12:00:00 GMT', '2076-11-21T12:00:00.000Z'],
      ['a second more: the past', 'Sunday, 21-Nov-76 12:00:01 GMT', '1976-11-21T12:00:01.000Z'],
      ['much more: the past', 'Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
      ['00', 'Saturday, 01-Jan-00 00:00:00 GMT', '2000-01-01T00:00:00.000Z'],
    ])('seen from November 2026: %s', (_when, text, expected) => {
      expect(iso(text)).toBe(expected);
    });

    it.each([
      ['1994-11-06T00:00:00Z', 'Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37.000Z'],
      ['1994-11-06T00:00:00Z', 'Sunday, 06-Nov-05 08:49:37 GMT', undefined],
      ['1944-01-01T00:00:00Z', 'Tuesday, 06-Nov-94 08:49:37 GMT', '1894-11-06T08:49:37.000Z'],
      ['2044-11-06T08:49:37Z', 'Saturday, 06-Nov-94 08:49:37 GMT', '2094-11-06T08:49:37.000Z'],
    ])('seen from %s: %s', (now, text, expected) => {
      expect(iso(text, new Date(now))).toBe(expected);
    });

    it('has to be a leap year for 29 February, once it is whole', () => {
      expect(iso('Tuesday, 29-Feb-00 00:00:00 GMT')).toBe('2000-02-29T00:00:00.000Z');
      expect(
        iso('Thursday, 29-Feb-00 00:00:00 GMT', new Date('1950-01-01T00:00:00Z')),
      ).toBeUndefined();
    });

    it('is seen from the present when nothing else is said', () => {
      const present = new Date();
      const dd = String(present.getUTCDate()).padStart(2, '0');
      const name = present.toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' });
      const month = present.toUTCString().slice(8, 11);
      const year = String(present.getUTCFullYear()).slice(2);
      expect(parseHttpDate(`${name}, ${dd}-${month}-${year} 00:00:00 GMT`)).toEqual(
        new Date(present.toISOString().slice(0, 10)),
      );
    });

    it('cannot be completed from an invalid present', () => {
      expect(parseHttpDate('Sunday, 06-Nov-94 08:49:37 GMT', new Date(Number.NaN))).toBeUndefined();
    });
  });
});

describe('formatHttpDate', () => {
  it.each([
    ['1994-11-06T08:49:37Z', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['1994-11-06T08:49:37.999Z', 'Sun, 06 Nov 1994 08:49:37 GMT'],
    ['1969-12-31T23:59:59.999Z', 'Wed, 31 Dec 1969 23:59:59 GMT'],
    ['0001-01-01T00:00:00Z', 'Mon, 01 Jan 0001 00:00:00 GMT'],
    ['9999-12-31T23:59:59Z', 'Fri, 31 Dec 9999 23:59:59 GMT'],
  ])('writes %s as an IMF-fixdate', (date, text) => {
    expect(formatHttpDate(new Date(date))).toBe(text);
  });

  it.each([
    ['an invalid date', new Date(Number.NaN), 'NaN'],
    ['the year 10000', new Date('+010000-01-01T00:00:00Z'), '253402300800000'],
    ['the year -1', new Date('-000001-12-31T23:59:59Z'), '-62167219201000'],
  ])('throws a RangeError at %s', (_what, date, time) => {
    expect(() => formatHttpDate(date)).toThrow(
      new RangeError(
        `${time} ms is no time that an HTTP date can express: ` +
          'give a valid Date between the years 0 and 9999',
      ),
    );
  });
});

describe('in another time zone', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'nestjs-etag-http-'));
    const source = new URL('../../src/http/', import.meta.url);
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    for (const file of readdirSync(source).filter((name) => name.endsWith('.ts'))) {
      const { code } = transformSync(readFileSync(new URL(file, source), 'utf8'), {
        filename: file,
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
      });
      writeFileSync(join(directory, file.replace(/\.ts$/, '.js')), code);
    }
    writeFileSync(
      join(directory, 'main.js'),
      `import { formatHttpDate, parseHttpDate } from './index.js';
       const forms = ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'];
       const dates = forms.map((form) => parseHttpDate(form, new Date('2026-11-21T12:00:00Z')));
       console.log(JSON.stringify({
         offset: new Date('1994-11-06T08:49:37Z').getTimezoneOffset(),
         parsed: dates,
         formatted: dates.map(formatHttpDate),
         endOfYear: parseHttpDate('Fri, 31 Dec 1999 23:59:59 GMT'),
         hourThatSpringSkips: parseHttpDate('Sun Mar 29 02:30:00 2026'),
       }));`,
    );
  });

  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['UTC', 0],
    ['America/Los_Angeles', 480],
    ['Asia/Kathmandu', -345],
    ['Europe/Berlin', -60],
    ['Pacific/Kiritimati', 600],
  ])('%s, every form means the same moment', (zone, offset) => {
    const output = execFileSync(process.execPath, [join(directory, 'main.js')], {
      encoding: 'utf8',
      env: { ...process.env, TZ: zone, NODE_OPTIONS: '' },
    });
    expect(JSON.parse(output)).toEqual({
      offset,
      parsed: Array.from({ length: 3 }, () => '1994-11-06T08:49:37.000Z'),
      formatted: Array.from({ length: 3 }, () => 'Sun, 06 Nov 1994 08:49:37 GMT'),
      endOfYear: '1999-12-31T23:59:59.000Z',
      hourThatSpringSkips: '2026-03-29T02:30:00.000Z',
    });
  });
});
