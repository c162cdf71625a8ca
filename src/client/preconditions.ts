/** Whether the caller made a write conditional on something of his own. */
export function hasPrecondition(headers: Headers): boolean {
  return ['If-Match', 'If-None-Match', 'If-Unmodified-Since'].some((name) => headers.has(name));
}

/** Whether a GET asks for less than the whole representation, or only on a condition of the caller's. */
export function asksForLess(headers: Headers): boolean {
  return (
    hasPrecondition(headers) || ['If-Modified-Since', 'Range'].some((name) => headers.has(name))
  );
}

/** Whether a write replaces or removes what is there, and so must be conditional on its tag. */
export function overwrites(method: string): boolean {
  return method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}
