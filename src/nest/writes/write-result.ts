/**
 * What `settle()` takes: a result as it is, and for what is none a sentence that the compiler shows in its place.
 * `any` and `unknown` are left to `settle()` itself, which looks at the value.
 *
 * @typeParam Result what is given.
 * @publicApi
 */
export type WriteResult<Result> = unknown extends Result
  ? Result
  : void extends Result
    ? 'settle() needs the result of the write, and this returns nothing'
    : FinishedWrite<Result>;

type FinishedWrite<Result> =
  Result extends PromiseLike<unknown>
    ? 'await it first: precondition.settle(await …)'
    : Result extends UnexecutedQuery
      ? 'execute the query and await it first: precondition.settle(await ….execute())'
      : Result extends string | boolean | symbol | ((...given: never[]) => unknown)
        ? 'settle() needs the number of rows, the result of the driver, or the rows'
        : Result;

/**
 * Queries of Kysely, TypeORM, MikroORM and Redis, Observables, prepared statements of SQLite. An entity may have a method of such
 * a name as well: what is beside it tells.
 */
type UnexecutedQuery =
  | (Executable & ({ toOperationNode: unknown } | { expressionMap: unknown } | { getFormattedQuery: unknown })) // prettier-ignore
  | { exec(...given: never[]): unknown; execAsPipeline: unknown }
  | { subscribe(...given: never[]): unknown; pipe(...given: never[]): unknown }
  | { run(...given: never[]): unknown; all(...given: never[]): unknown; iterate: unknown };

interface Executable {
  execute(...given: never[]): unknown;
}
