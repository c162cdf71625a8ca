import { isEntityTagText } from '../../http/entity-tag.js';
import { malformedField } from '../refusals/refusals.js';
import type { Refusal } from '../refusals/refusals.js';

/** An If-Match that came another way than in its header, or why it does not count. */
export type CarriedTag =
  | {
      readonly ifMatch: string | undefined;
      /** What its client knows it as; `undefined` for the header itself. */
      readonly carrier?: string;
    }
  | { readonly refusal: Refusal };

/** What a client knows the tag in its body as. */
export function nameOfProperty(property: string): string {
  return `The property '${property}' of the body`;
}

/**
 * Takes the tag out of a property of the body, as AIP-154 has it, for clients that cannot set
 * headers. It leaves the body, so that validation does not meet it.
 *
 * @param ifMatch the header, which wins; a body that says otherwise is refused.
 */
export function tagInBody(
  body: unknown,
  property: string,
  ifMatch: string | undefined,
): CarriedTag {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, property)) {
    return { ifMatch };
  }
  const members = body as Record<string, unknown>;
  const carried = members[property];
  delete members[property];
  if (carried === undefined) return { ifMatch };
  if (typeof carried !== 'string') {
    return {
      refusal: malformedField(
        `${nameOfProperty(property)} must be the value of the resource's ETag header, a string with quotes inside: "\\"5d41402abc4b2a76\\""`,
      ),
    };
  }
  if (ifMatch !== undefined && ifMatch.trim() !== carried.trim()) {
    return {
      refusal: malformedField(
        `If-Match and the property '${property}' of the body name different versions: send one of them`,
      ),
    };
  }
  return ifMatch === undefined
    ? { ifMatch: carried, carrier: nameOfProperty(property) }
    : { ifMatch: carried };
}

/**
 * Reads the tag in the header that no proxy touches (the option `tagHeader`): as the server sends it, with its quotes,
 * or bare.
 *
 * @param weak whether a bare tag stands for a weak one.
 */
export function tagInHeader(
  name: string,
  value: string | readonly string[] | undefined,
  weak: boolean,
): CarriedTag {
  if (value === undefined) return { ifMatch: undefined };
  const text = value.toString();
  const tag = isEntityTagText(text) ? text : `${weak ? 'W/' : ''}"${text}"`;
  return text !== '' && isEntityTagText(tag)
    ? { ifMatch: tag, carrier: name }
    : { refusal: malformedField(`${name} must be the value of the same header of the resource`) };
}
