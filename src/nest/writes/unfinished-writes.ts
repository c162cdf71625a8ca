/** A function of `@Precondition()` that needs what has ended. */
type Asked = 'settle' | 'verify';

/**
 * What is unfinished about a value, with what to do about it: a promise, or a query that nobody has executed. `undefined` for
 * every value that is finished. Nothing of it is called: `then()` of a query would execute it.
 *
 * @param asked what it was given to.
 */
export function unfinished(value: object, asked: Asked): string | undefined {
  if (isPromise(value)) {
    // It is reported here; if it fails later as well, that must not end the process.
    value.catch(() => undefined);
    return `a promise: await it, \`precondition.${asked}(await …)\``;
  }
  if (has(value, 'then')) {
    return `a promise or a query that was not awaited: await it, \`precondition.${asked}(await …)\``;
  }
  const query = QUERIES.find(
    ({ method, beside }) => has(value, method) && beside.some((name) => name in value),
  );
  return query === undefined ? undefined : unexecuted(query.method, asked);
}

/** The same of what may be a query of a library that is not known: of whatever is no entity, which may have such methods, too. */
export function perhapsUnexecuted(value: object, asked: Asked): string | undefined {
  const query = QUERIES.find(({ method }) => has(value, method));
  return query === undefined ? undefined : unexecuted(query.method, asked);
}

/** A method that would execute a query, and what queries have beside it and entities have not. */
const QUERIES: readonly { readonly method: string; readonly beside: readonly string[] }[] = [
  {
    method: 'execute',
    beside: [
      'toOperationNode', // Kysely
      'expressionMap', // TypeORM
      'getFormattedQuery', // MikroORM
      'mapResult', // Drizzle, prepared
      'addToOperationsList', // MongoDB
    ],
  },
  {
    method: 'exec',
    beside: [
      'execBuffer', // ioredis
      'execAsPipeline', // node-redis
    ],
  },
  { method: 'subscribe', beside: ['pipe', '@@observable'] }, // RxJS
  { method: 'run', beside: ['iterate', 'reset'] }, // prepared statements of SQLite
];

function unexecuted(method: string, asked: Asked): string {
  return `a query that was not executed: call ${method}() and await it, \`precondition.${asked}(await ….${method}())\``;
}

/** A promise of the language's own, which listening to does not start. */
function isPromise(value: object): value is Promise<unknown> {
  return (
    Object.prototype.toString.call(value) === '[object Promise]' &&
    value.constructor?.name === 'Promise'
  );
}

function has(value: object, method: string): boolean {
  return typeof (value as Readonly<Record<string, unknown>>)[method] === 'function';
}
