import { formatEntityTag } from '../http/entity-tag.js';
import type { Diagnosis } from './diagnosis.js';
import type { Save } from './doctor.js';
import type { Finding } from './finding.js';
import type { Question } from './question.js';
import type { ReadDiagnosis } from './read-diagnosis.js';

/** The diagnosis as a person reads it. */
export function report(diagnosis: Diagnosis, { url }: Question): string {
  const { reads, save, proxies, findings } = diagnosis;
  const names = proxies.map(({ name }) => name);
  const lines = [
    url.href,
    ...(names.length === 0 ? [] : [`on the way: ${names.join(', ')}`]),
    '',
    ...table([HEAD, ...reads.map(rowOf)]),
    '',
    ...(save === undefined ? [] : [saveLine(save)]),
    `Cache-Control: ${reads[0]?.answer.fields['cache-control'] ?? 'none'}`,
    '',
    ...findings.flatMap(findingLines),
    conclusion(findings, save),
  ];
  return `${lines.join('\n')}\n`;
}

const HEAD = ['takes', 'gets', 'entity tag', 'on the way', 'If-None-Match'] as const;

function rowOf({ asked, answer, fate, suffix, tag, again }: ReadDiagnosis): readonly string[] {
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
  ];
}

function againOf(again: ReadDiagnosis['again'], etag: string | undefined): string {
  if (again === undefined) return '-';
  const form = again.status === 304 ? again.fields.etag : undefined;
  return form === undefined || form === etag ? String(again.status) : `${again.status} as ${form}`;
}

function saveLine({ method, sent, answer, reason, tag }: Save): string {
  const said = [
    String(answer.status),
    ...(reason === undefined ? [] : [`reason ${reason}`]),
    ...(tag === undefined ? [] : [`ETag: ${formatEntityTag(tag)}`]),
  ];
  return `${method} with If-Match: ${sent}, stale on purpose: ${said.join(', ')}`;
}

function findingLines({ isProblem, what, mending }: Finding): readonly string[] {
  return [`${isProblem ? 'PROBLEM' : 'note'}: ${what}`, ...mending.map((line) => `  ${line}`), ''];
}

function conclusion(findings: readonly Finding[], save: Save | undefined): string {
  const problems = findings.filter(({ isProblem }) => isProblem).length;
  if (problems > 0) return `${problems} ${problems === 1 ? 'problem' : 'problems'}`;
  return save === undefined
    ? 'Healthy, as far as reading goes: who has it already gets 304.'
    : 'Healthy: who has it already gets 304, and no save is refused because of what is between.';
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
