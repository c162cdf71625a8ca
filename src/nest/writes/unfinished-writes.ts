/** A write that has not ended, or not even begun: a promise, or a query that nobody has executed. */

/**
 * What is unfinished about a value, with what to do about it; `undefined` for every value that is finished.
 * Nothing of it is called: `then()` of a query would execute it.
 */
export function unfinished(value: object | ((...given: never[]) => unknown)): string | undefined {
  if (isPromise(value)) {
    // It is reported here; if it fails later as well, that must not end the process.
    value.catch(() => undefined);
    return 'a promise: await it, `precondition.settle(await …)`';
  }
  if (has(value, 'then')) {
    return 'a promise or a query that was not awaited: await it, `precondition.settle(await …)`';
  }
  const method = executorOf(value);
  return method === undefined
    ? undefined
    : `a query that was not executed: call ${method}() and await it, \`precondition.settle(await ….${method}())\``;
}

/** The method that would execute it: of Kysely and TypeORM, Mongoose, RxJS, prepared statements of SQLite. */
function executorOf(value: object): string | undefined {
  const method = ['execute', 'exec', 'subscribe'].find((name) => has(value, name));
  return method ?? (has(value, 'run') && has(value, 'all') ? 'run' : undefined);
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
