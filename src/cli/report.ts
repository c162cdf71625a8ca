import { addressOf } from './address-of.js';
import type { Answer } from './ask.js';
import type { Diagnosis } from './diagnosis.js';
import type { Save } from './examination.js';
import type { Finding, Remedy } from './finding.js';
import type { Question } from './question.js';
import type { ReadDiagnosis } from './read-diagnosis.js';
import { refusalIn, tagIn } from './refusal.js';
import { formatEntityTag } from '../http/entity-tag.js';
import { isSeen } from './passage.js';

/** The diagnosis as a person reads it. */
export function report(diagnosis: Diagnosis, question: Question): string {
  const { reads, save, proxies, findings } = diagnosis;
  const names = proxies.map(({ name }) => name);
  const lines = [
    addressOf(question.url),
    ...(names.length === 0 ? [] : [`on the way: ${names.join(', ')}`]),
    '',
    ...table([HEAD, ...reads.map(rowOf)]),
    '',
    ...(save === undefined ? [] : [saveLine(save)]),
    `Cache-Control: ${reads[0]?.answer.fields['cache-control'] ?? 'none'}`,
    '',
    ...findings.flatMap(findingLines),
    ...conclusion(diagnosis, question),
  ];
  return `${lines.join('\n')}\n`;
}

const HEAD = [
  'accepts',
  'receives',
  'ETag',
  'on the way',
  'If-None-Match',
  'If-Match',
  'stale If-Match',
] as const;

function rowOf(read: ReadDiagnosis): readonly string[] {
  const { asked, answer, fate, suffix, tag, again, matched, unmatched } = read;
  const { etag } = answer.fields;
  const fates = {
    kept: 'kept',
    weak: 'weak',
    weakened: 'weakened',
    recoded: `${tag?.weak === true ? 'weakened, ' : ''}${suffix} appended`,
    other: 'another tag',
    removed: 'no tag',
    malformed: 'no tag: not quoted',
  };
  return [
    asked,
    answer.fields['content-encoding'] ?? 'identity',
    etag ?? '-',
    fates[fate],
    againOf(again, etag),
    statusOf(matched),
    statusOf(unmatched),
  ];
}

function againOf(again: ReadDiagnosis['again'], etag: string | undefined): string {
  if (again === undefined) return '-';
  const form = again.status === 304 ? again.fields.etag : undefined;
  return form === undefined || form === etag ? String(again.status) : `${again.status} as ${form}`;
}

function statusOf(answer: Answer | undefined): string {
  if (answer === undefined) return '-';
  const reason = refusalIn(answer)?.reason;
  return reason === undefined ? String(answer.status) : `${answer.status} ${reason}`;
}

function saveLine({ method, answer }: Save): string {
  const tag = tagIn(answer);
  const etag = tag === undefined ? '' : `, ETag: ${formatEntityTag(tag)}`;
  return `${method} with a stale If-Match: ${statusOf(answer)}${etag}`;
}

function findingLines({ isProblem, what, remedies }: Finding): readonly string[] {
  return [
    `${isProblem ? 'PROBLEM' : 'note'}: ${what}`,
    ...(remedies.length > 1 ? ['  One of these mends it:'] : []),
    ...remedies.flatMap(remedyLines),
    '',
  ];
}

function remedyLines({ where, lines }: Remedy): readonly string[] {
  return lines.length === 1
    ? [`  - ${where}: ${lines.join('')}`]
    : [`  - ${where}:`, ...lines.map((line) => `      ${line}`)];
}

function conclusion(
  { findings, reads, save }: Diagnosis,
  { isReadOnly }: Question,
): readonly string[] {
  const problems = findings.filter(({ isProblem }) => isProblem).length;
  const untried = save === undefined && !isReadOnly ? [NOTHING_WRITTEN] : [];
  if (problems > 0) return [`${problems} ${problems === 1 ? 'problem' : 'problems'}`, ...untried];
  if (isReadOnly) return ['Healthy: clients that have the resource get 304.'];
  return reads.every(({ passage }) => isSeen(passage))
    ? [
        'Healthy: clients that have the resource get 304, and no proxy on the way breaks saves.',
        ...untried,
      ]
    : ['No problem found, but not every save could be seen.', ...untried];
}

const NOTHING_WRITTEN =
  'Nothing was written. Whether the PUT or PATCH handler compares If-Match, only a write shows: --save.';

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
