/**
 * RFC 6901, JSON Pointer:
 *
 *     json-pointer    = *( "/" reference-token )
 *     reference-token = *( unescaped / escaped )
 *     escaped         = "~" ( "0" / "1" )     ; "~" and "/", in this order
 */

/** The pointer to the property `key` of what `parent` points to. */
export function pointerTo(parent: string, key: string): string {
  return `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
