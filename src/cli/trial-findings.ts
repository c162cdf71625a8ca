import type { Save } from './examination.js';
import { inApplication, problem } from './finding.js';
import type { Finding } from './finding.js';
import type { KnownProxy } from './known-proxies.js';
import { refusalIn } from './refusal.js';

/** What the answer to the write of `--save` means; it should be a refusal. */
export function trialFindings(
  save: Save | undefined,
  proxies: readonly KnownProxy[],
): readonly Finding[] {
  if (save === undefined || refusalIn(save.answer) !== undefined) return [];
  const {
    method,
    answer: { status },
  } = save;
  if (status === 428) return [lostField(method, proxies)];
  if (status >= 200 && status < 300) return [carriedOut(method, status)];
  return [
    problem(
      `The ${method} was answered ${status}, which does not show whether it compares If-Match.`,
      [remedyFor(save)],
    ),
  ];
}

function lostField(method: string, proxies: readonly KnownProxy[]): Finding {
  const names = proxies.map(({ name }) => name).join(' or ');
  return problem(
    `If-Match does not reach the server: it answered 428 to a ${method} that carried it.`,
    [
      {
        where: names === '' ? 'on the way' : `at ${names}`,
        lines: ['let If-Match through to the application'],
      },
      {
        where: 'in the application, for clients that send this field instead',
        lines: ["ETagModule.forRoot({ tagHeader: 'X-Resource-Version' })"],
      },
    ],
  );
}

function carriedOut(method: string, status: number): Finding {
  return problem(
    `The ${method} was carried out (${status}), although its If-Match names a version that never existed. Nothing compares If-Match, so whoever saves last overwrites what others saved before.`,
    [inApplication(`@IfMatch() on the ${method} handler`)],
  );
}

function remedyFor({ method, answer: { status } }: Save): { where: string; lines: string[] } {
  const where = 'for the doctor';
  if (status === 401 || status === 403) {
    return {
      where,
      lines: ["ask as a client that may save: --header 'Authorization: …' or --header 'Cookie: …'"],
    };
  }
  if (status === 404 || status === 405 || status === 501) {
    return {
      where,
      lines: [`save as clients do: --method ${method === 'PUT' ? 'PATCH' : 'PUT'}`],
    };
  }
  if (status >= 500) {
    return {
      where: 'at the server, or the proxy that answers',
      lines: [`its log says why it answers ${status}`],
    };
  }
  return { where, lines: ['send what clients send: --body <file>, --header <name: value>'] };
}
