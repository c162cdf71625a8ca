/**
 * ```abnf
 * HTTP-date    = IMF-fixdate / obs-date
 * IMF-fixdate  = day-name "," SP date1 SP time-of-day SP GMT       ; Sun, 06 Nov 1994 08:49:37 GMT
 * obs-date     = rfc850-date / asctime-date
 * rfc850-date  = day-name-l "," SP date2 SP time-of-day SP GMT     ; Sunday, 06-Nov-94 08:49:37 GMT
 * asctime-date = day-name SP date3 SP time-of-day SP year          ; Sun Nov  6 08:49:37 1994
 * date1        = day SP month SP year
 * date2        = day "-" month "-" 2DIGIT
 * date3        = month SP ( 2DIGIT / ( SP 1DIGIT ))
 * time-of-day  = hour ":" minute ":" second                        ; 00:00:00 - 23:59:60 (leap second)
 * ```
 *
 * RFC 9110 §5.6.7; every literal is case-sensitive. `Date.parse` is no help: it takes `0`, ISO 8601 and `EST`, moves
 * 31 February into March and reads asctime as local time.
 */
import { skipOws } from './scanner.js';

const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const LONG_DAY_NAMES = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const TIME = String.raw`(?<hour>\d{2}):(?<minute>\d{2}):(?<second>\d{2})`;
const IMF_FIXDATE = new RegExp(
  String.raw`^(?<dayName>\w{3}), (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) ${TIME} GMT$`,
);
const RFC850_DATE = new RegExp(
  String.raw`^(?<dayName>\w{6,9}), (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) ${TIME} GMT$`,
);
const ASCTIME_DATE = new RegExp(
  String.raw`^(?<dayName>\w{3}) (?<month>\w{3}) (?<day>\d{2}| \d) ${TIME} (?<year>\d{4})$`,
);

/**
 * Reads an HTTP date in any of its three forms, always as UTC, to the second.
 *
 * Answers `undefined` for anything else, and never throws: another form, a list of dates, a day that the month does not
 * have, a day name that is not that day's. Optional whitespace may surround the date. A leap second is read as the
 * second after it. The two-digit year of an rfc850-date lies in the century of `now`, unless that would be more than
 * fifty years ahead: then in the century before. RFC 9110 §5.6.7.
 *
 * @param now - the present, for two-digit years only
 *
 * @example
 * parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT'); // 1994-11-06T08:49:37.000Z
 * parseHttpDate('1994-11-06T08:49:37Z');          // undefined
 */
export function parseHttpDate(text: string, now?: Date): Date | undefined {
  const value = withoutOws(text);
  const parts = partsOf(IMF_FIXDATE, value) ?? partsOf(ASCTIME_DATE, value);
  if (parts !== undefined) return dateOf(parts, DAY_NAMES);

  const shortYear = partsOf(RFC850_DATE, value);
  return shortYear && dateOf(inWholeYear(shortYear, now ?? new Date()), LONG_DAY_NAMES);
}

/**
 * The date as an IMF-fixdate, the only form that may be sent; milliseconds are cut off. RFC 9110 §5.6.7.
 *
 * @throws RangeError for an invalid date and for one outside the years 0 to 9999: the form has four digits.
 *
 * @example
 * formatHttpDate(new Date(784111777000)); // 'Sun, 06 Nov 1994 08:49:37 GMT'
 */
export function formatHttpDate(date: Date): string {
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) {
    throw new RangeError(
      `${String(date.getTime())} ms is no time that an HTTP date can express: ` +
        'give a valid Date between the years 0 and 9999',
    );
  }
  // ECMAScript fixes this form, and it is the IMF-fixdate.
  return date.toUTCString();
}

/** What a date says, by number; the name of the day is only a claim. */
interface Parts {
  readonly dayName: string | undefined;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function partsOf(form: RegExp, value: string): Parts | undefined {
  const groups = form.exec(value)?.groups;
  if (groups === undefined) return undefined;
  return {
    dayName: groups.dayName,
    year: Number(groups.year),
    month: MONTHS.findIndex((name) => name === groups.month),
    day: Number(groups.day),
    hour: Number(groups.hour),
    minute: Number(groups.minute),
    second: Number(groups.second),
  };
}

/** The same parts with the whole year instead of its last two digits. RFC 9110 §5.6.7. */
function inWholeYear(parts: Parts, now: Date): Parts {
  const century = Math.floor(now.getUTCFullYear() / 100) * 100;
  const thisCentury = { ...parts, year: century + parts.year };
  const fiftyYearsAhead = new Date(now).setUTCFullYear(now.getUTCFullYear() + 50);
  return utcTime(thisCentury) > fiftyYearsAhead
    ? { ...thisCentury, year: thisCentury.year - 100 }
    : thisCentury;
}

/** The date that these parts are, or `undefined` when the calendar or the clock has no such moment. */
function dateOf(parts: Parts, dayNames: readonly string[]): Date | undefined {
  const day = new Date(utcTime({ ...parts, hour: 0, minute: 0, second: 0 }));
  // A day that the month does not have has been carried over into another month.
  const isInCalendar =
    day.getUTCMonth() === parts.month && dayNames[day.getUTCDay()] === parts.dayName;
  return isInCalendar && isOnClock(parts) ? new Date(utcTime(parts)) : undefined;
}

/** Milliseconds since 1970; whatever exceeds its range is carried over. */
function utcTime({ year, month, day, hour, minute, second }: Parts): number {
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month, day);
  return date.setUTCHours(hour, minute, second);
}

function isOnClock({ hour, minute, second }: Parts): boolean {
  const isLeapSecond = hour === 23 && minute === 59 && second === 60;
  return isLeapSecond || (hour <= 23 && minute <= 59 && second <= 59);
}

function withoutOws(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--;
  return text.slice(skipOws(text, 0), end);
}
