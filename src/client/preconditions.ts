/** The fields that make a write conditional. */
export const PRECONDITIONS = ['If-Match', 'If-None-Match', 'If-Unmodified-Since'];

/** Whether the caller set a precondition. */
export function hasPrecondition(headers: Headers): boolean {
  return PRECONDITIONS.some((name) => headers.has(name));
}

/** Whether a GET asks for less than the whole representation, or only on a condition of the caller's. */
export function asksForLess(headers: Headers): boolean {
  return (
    hasPrecondition(headers) || ['If-Modified-Since', 'Range'].some((name) => headers.has(name))
  );
}

/** Whether a write replaces or removes what is there, and so must be conditional on its tag. */
export function overwrites(method: string): boolean {
  return /^(PUT|PATCH|DELETE)$/.test(method);
}
