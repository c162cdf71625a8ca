import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Revision } from '../../representation/revision.js';
import { refuseUncalled } from '../checks/argument-checks.js';
import { PRECONDITION_PARAMETER } from '../internals/etag.constants.js';
import { exchangeOf } from '../exchange/exchange.js';
import type { WriteResult } from './write-result.js';

/**
 * What the guard verified, for a handler that makes the write itself conditional: any number of
 * processes may then write, and exactly one wins.
 *
 * @typeParam Version the type of the version: `number` unless the entity's is another.
 * @publicApi
 */
export interface Precondition<Version extends Revision = number> {
  /**
   * The version that the guard found current. It is `undefined` if the write does not depend on one: `If-Match: *`, no
   * condition, nothing there yet.
   *
   * @throws TypeError when nothing says where the version is.
   */
  readonly version: Version | undefined;
  /** The current tag as it stands in `ETag`. It is `undefined` if there is none. */
  readonly etag: string | undefined;
  /** What GET would have sent, before it is serialized. It is `undefined` if nothing is there. */
  readonly representation: unknown;
  /** Whether the client sent `If-Match: *`: any version will do, as long as there is one. */
  readonly isWildcard: boolean;
  /**
   * The criteria of the write, with the version added: `where({ id })` is `{ id, version }`. It adds none where
   * {@link version} is `undefined`.
   *
   * @param criteria what identifies the row.
   */
  where<Criteria extends object>(criteria: Criteria): Criteria & { version?: Version };
  /**
   * @param criteria what identifies the row.
   * @param property the version's name among them, instead of the one in `@ETag({ version: 'name' })`.
   */
  where<Criteria extends object, Property extends string>(
    criteria: Criteria,
    property: Property,
  ): Criteria & { [Key in Property]?: Version };
  /**
   * Throws 412 if the write touched nothing, and otherwise returns its result.
   *
   * @param result the number of rows, the result of a driver or an ORM, the rows, or `null`. A row shares properties with what
   * GET reads, or with what {@link where} was given. A promise and a query that was not executed do not compile.
   * @throws PreconditionFailedException; NotFoundException when no precondition was sent; TypeError for a result that
   * does not tell what it touched. The write is done by then: in a transaction, that undoes it.
   *
   * @example
   * precondition.settle(await this.articles.update(precondition.where({ id }), change));
   */
  settle<Result>(result: WriteResult<Result>): NonNullable<Result>;
  /**
   * Throws 412 unless this entity still has the tag that was verified, and otherwise returns the entity: for a row that is
   * locked in the transaction that writes it.
   *
   * @param entity what the GET handler would return; `null` or `undefined` when it is gone.
   * @throws PreconditionFailedException; NotFoundException when no precondition was sent; TypeError for a promise or a query
   * that was not executed.
   *
   * @example
   * const article = await precondition.verify(
   *   await manager.findOne(Article, { where: { id }, lock: { mode: 'pessimistic_write' } }),
   * );
   */
  verify<Entity>(entity: Entity): Promise<NonNullable<Entity>>;
  /**
   * The tag that GET sends for an entity, as it stands in `ETag`: for an answer without that body, such as a 204, and for
   * each item of a batch. The entity passes through the interceptors and the serialization of the GET handler.
   *
   * @param entity what the GET handler would return.
   * @returns `undefined` where GET sends no tag, and for `null` and `undefined`.
   * @throws TypeError where an entity does not tell: the tag comes from a validator that nothing names the version of, or the
   * GET handler sets it itself.
   *
   * @example
   * response.setHeader('ETag', await precondition.etagOf(article));
   */
  etagOf(entity: unknown): Promise<string | undefined>;
  /** Throws 412, for a write that found out by itself that somebody was faster. */
  fail(): never;
}

function preconditionOf(_: unknown, context: ExecutionContext): Precondition | undefined {
  return exchangeOf(context.switchToHttp().getRequest())?.write?.precondition as
    Precondition | undefined;
}
Object.defineProperty(preconditionOf, PRECONDITION_PARAMETER, { value: true });
const preconditionParameter = createParamDecorator(preconditionOf);

/**
 * Gives a guarded handler what the guard verified.
 *
 * @publicApi
 * @example
 * ```ts
 * @Put(':id')
 * @IfMatch()
 * update(@Param('id') id: number, @Body() change: ChangeArticle, @Precondition() precondition: Precondition) {
 *   return this.database.transaction(async (manager) => {
 *     precondition.settle(await manager.update(Article, precondition.where({ id }), change));
 *     return manager.findOneByOrFail(Article, { id });
 *   });
 * }
 * ```
 */
export const Precondition: () => ParameterDecorator = (misplaced?: unknown) => {
  refuseUncalled('@Precondition()', misplaced);
  return preconditionParameter();
};
