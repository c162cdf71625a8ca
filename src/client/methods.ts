import type { Connection, RequestOptions } from './connection.js';
import { prepareWrite } from './prepare-write.js';
import { read } from './read.js';
import type { Representation, Target } from './representation.js';
import { carryOut } from './write.js';

/** Reads a representation. See `ETagClient.get`. */
export function get<T = unknown>(
  connection: Connection,
  url: string | URL,
  options: RequestOptions = {},
): Promise<Representation<T>> {
  return read(connection, url, options);
}

/** Replaces what is at `target`, if it is still what you started from. See `ETagClient.put`. */
export function put<T = unknown>(
  connection: Connection,
  target: Target<T>,
  body: NoInfer<Partial<T>>,
  options?: RequestOptions,
): Promise<Representation<T>> {
  return write(connection, 'PUT', target, body, options);
}

/** Changes some properties of what is at `target`, if it is still what you started from. See `ETagClient.patch`. */
export function patch<T = unknown>(
  connection: Connection,
  target: Target<T>,
  body: NoInfer<Partial<T>>,
  options?: RequestOptions,
): Promise<Representation<T>> {
  return write(connection, 'PATCH', target, body, options);
}

/** Removes what is at `target`, if it is still what you have seen. See `ETagClient.delete`. */
export async function remove(
  connection: Connection,
  target: Target,
  options?: RequestOptions,
): Promise<void> {
  await write(connection, 'DELETE', target, undefined, options);
}

/** Sends `body` as JSON to `url`. See `ETagClient.post`. */
export function post<T = unknown>(
  connection: Connection,
  url: string | URL,
  body?: unknown,
  options?: RequestOptions,
): Promise<Representation<T>> {
  return write<T>(connection, 'POST', url, body, options);
}

async function write<T>(
  connection: Connection,
  method: string,
  target: Target<T>,
  body: unknown,
  init: RequestOptions = {},
): Promise<Representation<T>> {
  return carryOut(connection, prepareWrite(connection, method, target, body, init));
}
