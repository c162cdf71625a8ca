/**
 * How many milliseconds an answer asks to wait before the next request: `Retry-After` (RFC 9110
 * §10.2.3), as seconds or as a date, or `X-Poll-Interval`, in seconds; the longer one. 0 if it asks
 * for nothing that can be read, or for a moment that is over.
 */
export function retryAfter({ headers }: Response): number {
  const date = headers.get('Date');
  // The server's own clock, where it shows one: ours may be wrong.
  const now = (date && Date.parse(date)) || Date.now();
  return Math.max(
    ...['Retry-After', 'X-Poll-Interval'].map((name) => {
      const value = headers.get(name) ?? '';
      const asked = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
      return asked > 0 ? asked : 0;
    }),
  );
}
