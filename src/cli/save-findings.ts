import type { Save } from './doctor.js';
import type { Finding } from './finding.js';
import { problem } from './finding.js';
import type { KnownProxy } from './known-proxies.js';

/** What the answer to the save with a stale tag means; it ought to be 412. */
export function saveFindings(
  save: Save | undefined,
  proxies: readonly KnownProxy[],
): readonly Finding[] {
  if (save === undefined) return [];
  const { method, answer, reason } = save;
  const { status } = answer;
  if (status === 412 || (status === 409 && reason === 'changed')) return [];
  if (status === 428) {
    return [
      problem(
        `If-Match does not reach the server: it answered 428 to a ${method} that carried it.`,
        [
          `there${proxies.length === 0 ? '' : `, ${proxies.map(({ name }) => name).join(' or ')}`}: let If-Match through to the application`,
          "here: ETagModule.forRoot({ tagHeader: 'X-Resource-Version' }), for clients that send that instead",
        ],
      ),
    ];
  }
  if (status >= 200 && status < 300) {
    return [
      problem(
        `The ${method} was carried out (${status}), though its If-Match names a version that never was: nobody looks at If-Match, and whoever saves overwrites what others wrote.`,
        [`in the application: @IfMatch() on the handler of ${method}`],
      ),
    ];
  }
  return [
    problem(`Nothing is known about saves: the ${method} was answered ${status}.`, [advice(save)]),
  ];
}

function advice({ method, answer: { status } }: Save): string {
  if (status === 401 || status === 403) {
    return "ask as somebody who may save: --header 'Authorization: …' or --header 'Cookie: …'";
  }
  if (status === 404 || status === 405 || status === 501) {
    return method === 'PUT'
      ? 'ask as it is saved: --method PATCH; or only read: --no-save'
      : 'ask as it is saved: --method PUT; or only read: --no-save';
  }
  return status >= 500
    ? 'see the log of the server, or of the proxy'
    : 'ask with what a save sends: --body <file>, --header <name: value>; or only read: --no-save';
}
