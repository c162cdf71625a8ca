import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { FieldValue } from '../../../representation/tag-source.js';

/** The part of a Fastify request that is used here. */
export interface FastifyRequest {
  readonly raw: IncomingMessage;
  readonly server: object;
  readonly url: string;
  readonly originalUrl: string;
  /** The route that Fastify matched. */
  readonly routeOptions: { readonly url?: string };
}

/** What makes a text of a payload. */
export type Serializer = (payload: unknown) => string | Uint8Array;

/** The part of a Fastify reply that is used here. */
export interface FastifyReply {
  statusCode: number;
  readonly raw: ServerResponse;
  readonly request: FastifyRequest;
  readonly log: unknown;
  code(status: number): FastifyReply;
  header(name: string, value?: unknown): FastifyReply;
  getHeader(name: string): FieldValue;
  getHeaders(): Record<string, OutgoingHttpHeader | undefined>;
  removeHeader(name: string): FastifyReply;
  serializer(serialize: Serializer): FastifyReply;
  serialize(payload: unknown): string;
  serializeInput(payload: unknown, schema: object): string;
  send(payload?: unknown): FastifyReply;
}
