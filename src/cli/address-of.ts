/** A URL as it may be printed: without the password that it may hold. */
export function addressOf({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search}`;
}
