import { UseGuards, applyDecorators } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { Revision } from '../../representation/revision.js';
import { refuseUncalled } from '../checks/argument-checks.js';
import { IF_MATCH_METADATA } from '../internals/etag.constants.js';
import { keep } from './etag.decorator.js';
import type { CurrentEntity } from '../routes/stored-options.js';
import { IfMatchGuard } from '../if-match.guard.js';

/**
 * Options of {@link IfMatch}.
 *
 * @typeParam Controller the controller, so that `current` may only name a method of it.
 * @publicApi
 */
export interface IfMatchOptions<Controller = unknown, Request = never> {
  /**
   * What the client's tag is compared with. By default what the GET handler of the same path
   * sends; otherwise another GET handler's name, a function that gives the entity, or a provider class.
   */
  readonly current?:
    | (unknown extends Controller ? string : keyof Controller & string)
    | ((controller: Controller, request: Request) => unknown)
    | Type<CurrentEntity>;
  /**
   * Where the version is that `@Precondition()` pins the write to.
   *
   * @default as in `@ETag({ version })` of what is compared with
   */
  readonly version?: string | ((entity: never) => Revision | null | undefined);
  /**
   * How If-Match compares. `'strong'` is RFC 9110's: a weak tag never passes. `'weak'` is for
   * `@WeakETag()`, as OData and SCIM do it on purpose.
   *
   * @default 'strong'
   */
  readonly comparison?: 'strong' | 'weak';
  /**
   * Whether a write without `If-Match` is answered 428.
   *
   * @default as the module's `requireIfMatch` says for the method
   */
  readonly required?: boolean;
  /**
   * Whether the write may create what is not there: a missing resource is then no error, and
   * `If-None-Match: *` creates only.
   *
   * @default false
   */
  readonly creates?: boolean;
  /**
   * Whether `If-Unmodified-Since` is as good as `If-Match` where one is required. It is to the second
   * only: two writes within one second are not told apart.
   *
   * @default false
   */
  readonly unmodifiedSince?: boolean;
  /**
   * A property of the body that may carry the tag instead of `If-Match`, for clients that cannot
   * set headers. It is taken out before validation; the header wins, and one that says otherwise is 400.
   *
   * @default none
   */
  readonly property?: string;
  /**
   * Whether a successful answer is the new representation, and gets its tag.
   *
   * @default true
   */
  readonly etag?: boolean;
  /**
   * Which resource a request writes, where the path does not tell: several paths of one resource, or several
   * spellings of one parameter (`/users/1` and `/users/01`). Requests with the same key take turns.
   *
   * @default the GET handler and the parameters of its path
   */
  readonly key?: (request: Request) => string;
}

/**
 * Guards writes: 428 without `If-Match`, 412 when it is stale. On a controller it holds for its
 * PUT, PATCH and DELETE handlers.
 *
 * @publicApi
 * @see RFC 9110 §13.1.1
 * @example
 * ```ts
 * @Put(':id')
 * @IfMatch()
 * update(@Param('id', ParseIntPipe) id: number, @Body() change: UpdateUserDto) { … }
 * ```
 */
export function IfMatch<Controller = unknown, Request = never>(
  options: IfMatchOptions<Controller, Request> = {},
): ClassDecorator & MethodDecorator {
  refuseUncalled('@IfMatch()', options);
  return applyDecorators(keep(IF_MATCH_METADATA, options), UseGuards(IfMatchGuard));
}
