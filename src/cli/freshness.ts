import type { IncomingHttpHeaders } from 'node:http';
import { membersOf } from './directives.js';

/** A field that lets caches answer without asking the server. */
export interface Freshness {
  /** Its name, as it is usually written. */
  readonly name: string;
  /** The field with its value, as it came. */
  readonly field: string;
  readonly seconds: number;
  /** Whether it lets a cache answer with what is stale already, while it asks (RFC 5861 §3). */
  readonly isStale: boolean;
  /** Whether it concerns caches that serve several people. */
  readonly isShared: boolean;
}

/**
 * Every field that lets caches answer without asking: `Cache-Control` (RFC 9111 §5.2.2, RFC 5861 §3), the targeted
 * ones (RFC 9213) and `Surrogate-Control`, which shared caches obey instead, and `Expires` (RFC 9111 §5.3).
 */
export function freshnessIn(fields: IncomingHttpHeaders): readonly Freshness[] {
  const controls = Object.entries(fields)
    .filter(([name]) => CONTROL_FIELD.test(name))
    .flatMap(([name, value]) => ofControl(name, [value ?? []].flat().join(', ')));
  return [...controls, ...ofExpires(fields)];
}

/** `CDN-Cache-Control` and those of one CDN, such as `Cloudflare-CDN-Cache-Control`. */
const CONTROL_FIELD = /^(cache-control|surrogate-control|([a-z]+-)*cdn-cache-control)$/;

function ofControl(name: string, value: string): readonly Freshness[] {
  const directives = new Map(membersOf(value).map((member) => [member.name, member.value]));
  // With field names as its argument, no-cache concerns only those fields.
  if (directives.has('no-store') || isUnconditional(directives, 'no-cache')) return [];
  const title = titleOf(name);
  const named = { name: title, field: `${title}: ${value}` };
  const seconds = Math.max(secondsOf(directives, 's-maxage'), secondsOf(directives, 'max-age'));
  const stale = secondsOf(directives, 'stale-while-revalidate');
  const isShared = !isUnconditional(directives, 'private');
  return [
    ...(seconds > 0 ? [{ ...named, seconds, isStale: false, isShared }] : []),
    ...(stale > 0 ? [{ ...named, seconds: stale, isStale: true, isShared }] : []),
  ];
}

/** `Expires` counts only where `Cache-Control` says nothing else. */
function ofExpires(fields: IncomingHttpHeaders): readonly Freshness[] {
  const names = new Set(membersOf(fields['cache-control'] ?? '').map(({ name }) => name));
  if (['max-age', 's-maxage', 'no-cache', 'no-store'].some((name) => names.has(name))) return [];
  const { expires = '', date = '' } = fields;
  const now = Date.parse(date);
  const seconds = Math.round((Date.parse(expires) - (Number.isNaN(now) ? Date.now() : now)) / 1000);
  const isShared = !names.has('private');
  const named = { name: 'Expires', field: `Expires: ${expires}` };
  return seconds > 0 ? [{ ...named, seconds, isStale: false, isShared }] : [];
}

function isUnconditional(
  directives: ReadonlyMap<string, string | undefined>,
  name: string,
): boolean {
  return directives.has(name) && directives.get(name) === undefined;
}

function secondsOf(directives: ReadonlyMap<string, string | undefined>, name: string): number {
  const value = directives.get(name) ?? '';
  return /^\d+$/.test(value) ? Number(value) : 0;
}

/** The name as it is usually written: Node has it in lower case. */
function titleOf(name: string): string {
  return name
    .split('-')
    .map((word) => (word === 'cdn' ? 'CDN' : word.charAt(0).toUpperCase() + word.slice(1)))
    .join('-');
}
