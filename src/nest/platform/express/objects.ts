import type { IncomingMessage, ServerResponse } from 'node:http';

/** The part of an Express response that is used here. */
export interface ExpressResponse extends Omit<ServerResponse, 'req'> {
  readonly app: ExpressApplication;
  req: ExpressRequest;
  locals: Record<PropertyKey, unknown>;
  json(this: ExpressResponse, value: unknown): unknown;
  send(this: ExpressResponse, body?: unknown): unknown;
}

/** The part of an Express request that is used here. */
export interface ExpressRequest extends IncomingMessage {
  res: ExpressResponse;
  readonly url: string;
  readonly originalUrl: string;
  readonly fresh: boolean;
  /** The route that Express matched, once it has. */
  readonly route?: {
    readonly path: string;
    readonly stack: readonly { readonly handle: object }[];
  };
}

/** The part of an Express application that is used here. */
export interface ExpressApplication {
  readonly request: ExpressRequest;
  readonly response: ExpressResponse;
  get(setting: string): unknown;
  set(setting: string, value: unknown): unknown;
}

/** What `send` puts on the wire as it is; it gives everything else to `json`, or sends nothing. */
export function isContent(body: unknown): body is string | Uint8Array {
  return typeof body === 'string' || ArrayBuffer.isView(body);
}
