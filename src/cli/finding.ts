import type { Effect, KnownProxy } from './known-proxies.js';

/** Something that a person should know about a deployment. */
export interface Finding {
  /** Whether something fails because of it. */
  readonly isProblem: boolean;
  /** What is so, and what comes of it. */
  readonly what: string;
  /** The lines that mend it, each with the place where it is written; any one of them does. */
  readonly mending: readonly string[];
}

/** A finding because of which something fails. */
export function problem(what: string, mending: readonly string[]): Finding {
  return { isProblem: true, what, mending };
}

/** The settings of the proxies that mend what one of them did. */
export function mendedAt(proxies: readonly KnownProxy[], effect: Effect): readonly string[] {
  return proxies.flatMap(({ name, mending }) => {
    const setting = mending[effect];
    return setting === undefined ? [] : [`there, ${name}: ${setting}`];
  });
}
