/** What an error says. Where Node tried several addresses in vain, it says it of each. */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('errors' in error && Array.isArray(error.errors)) {
    return error.errors.map(messageOf).join(', ');
  }
  return 'message' in error && typeof error.message === 'string'
    ? error.message
    : JSON.stringify(error);
}
