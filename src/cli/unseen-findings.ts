import type { Examination } from './examination.js';
import { inApplication, note, problem } from './finding.js';
import type { Finding, Remedy } from './finding.js';
import type { KnownProxy } from './known-proxies.js';
import type { Question } from './question.js';
import { clientsOf } from './read-diagnosis.js';
import type { ReadDiagnosis } from './read-diagnosis.js';
import { refusalIn } from './refusal.js';
import { storedBy } from './stored-answer.js';
import { isExpressOwn } from './tag-findings.js';

/** What a GET with `If-Match` did not show, and why. */
export function unseenFindings(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  { save }: Examination,
  { isReadOnly }: Question,
): readonly Finding[] {
  if (isReadOnly || reads.every(isExpressOwn)) return [];
  const isRefused = save !== undefined && refusalIn(save.answer) !== undefined;
  const of = (passage: ReadDiagnosis['passage']): readonly ReadDiagnosis[] =>
    reads.filter((read) => read.passage === passage && read.tag !== undefined);
  return [
    ...ignored(of('ignored'), proxies, isRefused),
    ...notSeen(
      'something on the way answers a GET with If-Match by itself',
      of('answered-between'),
      isRefused,
    ),
    ...notSeen(
      'it sent no If-Match, because a shared cache may store the answers of this URL and would then give the 412 to everybody',
      of('unasked'),
      isRefused,
    ),
    ...failed(of('failed')),
  ];
}

function ignored(
  reads: readonly ReadDiagnosis[],
  proxies: readonly KnownProxy[],
  isRefused: boolean,
): readonly Finding[] {
  const [first] = reads;
  if (first === undefined) return [];
  const hider = proxies.find(({ hidesIfMatch }) => reads.every((read) => hidesIfMatch?.(read)));
  if (hider !== undefined) {
    return notSeen(`${hider.name} removes If-Match from this GET`, reads, isRefused);
  }
  if (first.unmatched !== undefined && storedBy(first.unmatched) !== undefined) {
    return notSeen('a cache answers instead of the server', reads, isRefused);
  }
  if (isRefused) return notSeen('nothing compares If-Match of a GET', reads, isRefused);
  return [
    problem(
      'If-Match is ignored: a GET with a stale tag is answered 200. Either the application does not compare it, so that whoever saves last overwrites what others saved before, or something on the way removes it.',
      [
        inApplication('@ETag() on the controller, @IfMatch() on its PUT and PATCH handlers'),
        { where: 'on the way', lines: ['let If-Match through to the application'] },
        { where: 'to learn which of them it is, by a write', lines: ['--save'] },
      ],
    ),
  ];
}

function failed(reads: readonly ReadDiagnosis[]): readonly Finding[] {
  const [first] = reads;
  if (first === undefined) return [];
  const status = first.unmatched?.status;
  return [
    problem(
      `A GET with If-Match is answered ${status}, and without it 200, so the doctor cannot see whether saves pass.`,
      [
        { where: 'on the way', lines: ['let If-Match through to the application'] },
        {
          where: 'at the application, or the proxy that answers',
          lines: [`its log says why it answers ${status}`],
        },
      ],
    ),
  ];
}

function notSeen(
  why: string,
  reads: readonly ReadDiagnosis[],
  isRefused: boolean,
): readonly Finding[] {
  if (reads.length === 0) return [];
  const who = clientsOf(reads)
    .replace(/^Clients/, ' for clients')
    .replace(/^All clients$/, '');
  return [
    note(
      `The doctor could not see whether saves pass${who}: ${why}. What it says about saves follows from the ETags alone.`,
      isRefused ? [] : [LEARN_MORE],
    ),
  ];
}

const LEARN_MORE: Remedy = {
  where: 'to learn whether If-Match reaches the application, by a write',
  lines: ['--save'],
};
