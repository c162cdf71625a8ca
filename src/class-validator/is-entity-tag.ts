import { ValidateBy, buildMessage } from 'class-validator';
import type { ValidationOptions } from 'class-validator';
import { parseEntityTag } from '../http/entity-tag.js';

/**
 * Options of {@link IsEntityTag}.
 *
 * @publicApi
 */
export interface IsEntityTagOptions {
  /**
   * Whether a weak tag (`W/"…"`) is accepted. Where writes compare strongly, one could never match.
   *
   * @default true
   */
  readonly weak?: boolean;
}

/**
 * Whether a value is one entity tag as it stands in `ETag`, quotes and all: no list, no `*`, no space around it.
 *
 * @publicApi
 * @see RFC 9110 §8.8.3
 * @example
 * isEntityTag('"v1"'); // true
 * isEntityTag('v1'); // false
 */
export function isEntityTag(
  value: unknown,
  { weak = true }: IsEntityTagOptions = {},
): value is string {
  if (typeof value !== 'string' || value.trim() !== value) return false;
  const tag = parseEntityTag(value);
  return tag !== undefined && (weak || !tag.weak);
}

/**
 * Lets a property of a DTO hold nothing but one entity tag, for requests that carry the tags of several
 * resources: a batch, or rows of a list. For the resource of the request itself there is `@IfMatch({ property })`,
 * which takes the tag out of the body before it is validated.
 *
 * @publicApi
 * @see RFC 9110 §8.8.3
 * @example
 * ```ts
 * class ChangedRow {
 *   @IsInt()
 *   id!: number;
 *
 *   @IsEntityTag({ weak: false })
 *   etag!: string;
 * }
 * ```
 */
export function IsEntityTag(
  options: IsEntityTagOptions = {},
  validation?: ValidationOptions,
): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isEntityTag',
      constraints: [options],
      validator: {
        validate: (value) => isEntityTag(value, options),
        defaultMessage: buildMessage(
          (each) =>
            `${each}$property must be ${options.weak === false ? 'a strong' : 'an'} entity tag with its quotes, such as "5d41402abc4b2a76"`,
          validation,
        ),
      },
    },
    validation,
  );
}
