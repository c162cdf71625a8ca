import { isWeakSource } from '../representation/tag-source.js';
import type { RefusalStatus } from '../nest/refusals/refusals.js';
import type { Route } from '../nest/routes/route.js';
import type { Header, Parameter, Schema } from './openapi.js';

/** The part of a route that says what validators its representation has. */
export type Validated = Pick<Route, 'tagSource' | 'validator' | 'lastModifiedOf'>;

/** What is said of the tag alone. */
type Tagged = Pick<Route, 'tagSource' | 'validator'>;

/** The options of the module that a document shows. */
export interface ShownOptions {
  readonly problemDetails: boolean;
  readonly tagHeader: string | undefined;
  readonly refusalStatus: RefusalStatus;
}

const TEXT: Schema = { type: 'string' };
const VERSION = '3';
const OPAQUE = '77bc43ac22bb2f5a9fbab5a32554a5d3';
const DATE = 'Sat, 21 Nov 2026 10:00:00 GMT';

/** Whether answers get an entity tag. */
export function hasTag({ tagSource, validator }: Validated): boolean {
  return tagSource !== undefined || validator !== undefined;
}

/** The header fields by which answers say what version they are. */
export function validatorHeaders(
  route: Validated,
  { tagHeader }: ShownOptions,
): Readonly<Record<string, Header>> {
  return {
    ...(hasTag(route)
      ? { ETag: { description: describeTag(route), schema: TEXT, example: exampleOf(route) } }
      : {}),
    ...(hasTag(route) && tagHeader !== undefined
      ? {
          [tagHeader]: {
            description: 'The same as ETag, for proxies that remove that.',
            schema: TEXT,
            example: exampleOf(route),
          },
        }
      : {}),
    ...(route.lastModifiedOf === undefined
      ? {}
      : {
          'Last-Modified': {
            description: 'When this was changed last, to the second.',
            schema: TEXT,
            example: DATE,
          },
        }),
  };
}

/** What the tag of a representation tells. */
function describeTag({ tagSource, validator }: Validated): string {
  if (tagSource?.kind === 'selection') {
    return `Weak entity tag: the same as long as ${tagSource.selection.fields.join(', ')} are.`;
  }
  const strength = isWeak({ tagSource, validator }) ? 'Weak' : 'Strong';
  if (isVerbatim({ tagSource, validator })) {
    return `${strength} entity tag: the version of this resource.`;
  }
  return tagSource?.kind === 'revision' || validator !== undefined
    ? `${strength} entity tag: another one for every version of this resource.`
    : `${strength} entity tag: the same as long as every byte of this representation is.`;
}

function isWeak({ tagSource, validator }: Tagged): boolean {
  return validator?.weak ?? (tagSource !== undefined && isWeakSource(tagSource));
}

function isVerbatim({ tagSource, validator }: Tagged): boolean {
  return validator?.verbatim ?? (tagSource?.kind === 'revision' && tagSource.verbatim === true);
}

/** An entity tag as it stands in a header field. */
export function exampleOf(route: Tagged): string {
  return `${isWeak(route) ? 'W/' : ''}"${isVerbatim(route) ? VERSION : OPAQUE}"`;
}

/** A header field of a request. */
export function headerParameter(
  name: string,
  description: string,
  { required = false, example }: { required?: boolean; example: string },
): Parameter {
  return { name, in: 'header', description, required, schema: TEXT, example };
}

/** A header field of a request that holds a date. */
export function dateParameter(name: string, description: string, required = false): Parameter {
  return headerParameter(name, description, { required, example: DATE });
}

/** The header field that repeats the opaque tag, of a request. */
export function versionParameter(name: string): Parameter {
  return headerParameter(name, `Instead of If-Match: the ${name} of the version that you change.`, {
    example: OPAQUE,
  });
}
