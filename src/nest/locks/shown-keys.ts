/** Longer texts say nothing more in a sentence. */
const LONGEST = 120;

/** The keys of locks, as an error message shows them. */
export function shownKeys(keys: readonly string[]): string {
  const text = keys.map((key) => JSON.stringify(key)).join(', ');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
