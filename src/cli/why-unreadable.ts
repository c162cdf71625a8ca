import { addressOf } from './address-of.js';
import type { Answer } from './ask.js';
import type { Coding } from './examination.js';

/** Says why an answer that is not 200 ends the examination, and what helps. */
export function whyUnreadable(url: URL, asked: Coding, { status, fields }: Answer): string {
  const accepting = asked === 'identity' ? '' : ` with Accept-Encoding: ${asked}`;
  const said = `GET ${addressOf(url)}${accepting} is answered ${status}`;
  if (status >= 300 && status < 400) return `${said}${redirection(url, fields.location)}`;
  if (status === 401 || status === 403) {
    return `${said}: say who asks, with --header 'Authorization: …' or --header 'Cookie: …'`;
  }
  if (status === 429 || status === 503) {
    const after = fields['retry-after'];
    return `${said}: try again ${after === undefined ? 'later' : `later (Retry-After: ${after})`}`;
  }
  if (status >= 500) return `${said}: the log of the server, or of a proxy before it, says why`;
  return `${said}: name a resource that GET answers with 200`;
}

function redirection(url: URL, location: string | undefined): string {
  if (location === undefined || !URL.canParse(location, url.href))
    return ' without a Location to follow';
  return `, a redirect: examine ${addressOf(new URL(location, url))}`;
}
