import { isEntityTagText } from '../../http/entity-tag.js';
import { isObject } from '../checks/objects.js';
import { malformedField } from '../refusals/refusals.js';
import type { Refusal } from '../refusals/refusals.js';

/** A condition as it came in one place, or why it does not count. */
export type TagElsewhere =
  | {
      /** As it stands in a header field; `undefined` where there is none. */
      readonly value: string | undefined;
      /** What its client knows it as; `undefined` for the header field itself. */
      readonly sentIn?: string;
    }
  | { readonly refusal: Refusal };

/** What a client knows the tag in its body as. */
export function nameOfProperty(path: readonly string[]): string {
  return `the property '${path.join('.')}' of the body`;
}

/**
 * Takes the tag out of a property of the body, as AIP-154 has it, for clients that cannot set
 * headers. It leaves the body, so that validation does not meet it. `null` and an empty text count as absent.
 *
 * @param path of the property, name by name.
 */
export function tagInBody(body: unknown, path: readonly string[]): TagElsewhere {
  const sent = takeOut(body, path);
  if (sent === undefined || sent === null || sent === '') return { value: undefined };
  const name = capitalized(nameOfProperty(path));
  return typeof sent === 'string'
    ? { value: sent, sentIn: name }
    : {
        refusal: malformedField(
          `${name} must be the value of the resource's ETag header, a string with quotes inside: "\\"5d41402abc4b2a76\\""`,
        ),
      };
}

function takeOut(body: unknown, [name, ...rest]: readonly string[]): unknown {
  if (!isObject(body) || name === undefined || !Object.hasOwn(body, name)) return undefined;
  if (rest.length > 0) return takeOut(body[name], rest);
  const value = body[name];
  delete body[name];
  return value;
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
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
): TagElsewhere {
  if (value === undefined) return { value: undefined };
  const text = value.toString();
  const tag = isEntityTagText(text) ? text : quoted(text, weak);
  return text !== '' && isEntityTagText(tag)
    ? { value: tag, sentIn: name }
    : { refusal: malformedField(`${name} must be the value of the same header of the resource`) };
}

/** A tag that came bare, as it stands in a header field. */
export function quoted(bare: string, weak: boolean): string {
  return `${weak ? 'W/' : ''}"${bare}"`;
}
