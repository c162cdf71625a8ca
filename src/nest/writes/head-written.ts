import type { ServerResponse } from 'node:http';

/**
 * Calls back when the head of a response is written: explicitly, with the first byte of the body, or flushed. Every way that
 * Node has leads through `writeHead()`, on HTTP/2 as well. Bytes that have left would be too late: pipelined responses wait
 * for one another. A response whose client has left writes no head any more, and is ended all the same.
 *
 * @param listener is given the status, which need not stand on the response yet.
 */
export function whenHeadIsWritten(
  response: ServerResponse,
  listener: (status: number) => void,
): void {
  let isWritten = false;
  const tellBefore = (
    name: 'writeHead' | 'end',
    statusIn: (given: readonly unknown[]) => unknown,
  ) => {
    const owner = response as unknown as Record<string, (...given: unknown[]) => unknown>;
    const method = owner[name] as (...given: unknown[]) => unknown;
    owner[name] = function (this: ServerResponse, ...given) {
      isWritten = true;
      const status = statusIn(given);
      listener(typeof status === 'number' ? status : this.statusCode);
      return method.apply(this, given);
    };
  };
  tellBefore('writeHead', ([status]) => status);
  response.once('close', () => {
    if (!isWritten) tellBefore('end', () => undefined);
  });
}
