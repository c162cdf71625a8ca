import type { ETagModuleOptions } from '../../../src/index.js';
import { ASKED } from './proxies.js';
import type { Outcome, Outcomes, Proxy } from './proxies.js';

export type Mode = NonNullable<ETagModuleOptions['intermediaries']>;

/** What the server says to a save with the tag that the client got, and the option that would let it pass. */
export interface Refused {
  readonly reason: 'weak-tag' | 'recoded-tag';
  readonly option: Mode;
}

/** Why a save with the tag that the client got is refused; `undefined` where it passes. */
export function refusalOf({ tag }: Outcome, mode: Mode): Refused | undefined {
  if (tag === '"x"' || mode === 'recoded') return undefined;
  if (tag !== 'W/"x"') return { reason: 'recoded-tag', option: 'recoded' };
  return mode === 'strict' ? { reason: 'weak-tag', option: 'weakened' } : undefined;
}

/** The same of all clients together; all those of one proxy are refused for one reason. */
export function refusalIn(outcomes: Outcomes, mode: Mode): Refused | undefined {
  return ASKED.map((asked) => refusalOf(outcomes[asked], mode)).find(
    (refused) => refused !== undefined,
  );
}

/** The tag that the client gets for one of ours. */
export function tagAfter({ tag }: Outcome, ours: string): string {
  return tag.replace('"x', ours.slice(0, -1));
}

/** Whether a client that has the representation gets all of it again: nobody knows the suffix any more. */
export function isForgotten({ suffix }: Proxy, { tag }: Outcome, mode: Mode): boolean {
  return tag.includes('-') && suffix === 'appends' && mode !== 'recoded';
}

/** Whether the proxy makes our tag of the client's on the way in, so that our 304 has our own. */
export function isRestored({ suffix }: Proxy, { tag }: Outcome): boolean {
  return tag.includes('-') && suffix === 'restores';
}
