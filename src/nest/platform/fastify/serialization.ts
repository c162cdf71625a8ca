import type { Handler } from '../../internals/nest-metadata.js';
import { fastifyResponseSchemaOf } from '../../internals/nest-metadata.js';
import type { FastifyReply } from './objects.js';

/** Response schemas of routes, as they were registered, by the handler. */
export type Schemas = ReadonlyMap<Handler, unknown>;

/** The schema by which an answer of a handler is written, if it has one. */
export function responseSchema(schemas: Schemas, handler: Handler): object | undefined {
  return schemaFor200(schemas.get(handler) ?? fastifyResponseSchemaOf(handler));
}

/** The part of a response schema that a 200 is written by, as Fastify looks it up. */
function schemaFor200(response: unknown): object | undefined {
  if (typeof response !== 'object' || response === null) return undefined;
  const byStatus = response as Record<string, { content?: Record<string, { schema?: object }> }>;
  const found = byStatus['200'] ?? byStatus['2xx'] ?? byStatus['2XX'] ?? byStatus['default'];
  return found?.content?.['application/json']?.schema ?? found;
}

/**
 * What a reply of the GET route would write. A serializer that the application set for all replies
 * comes before every schema; without either, it is JSON.
 */
export function serializeAs(
  reply: FastifyReply,
  value: unknown,
  schema: object | undefined,
): string | Uint8Array {
  if (isText(value)) return value;
  if (hasOwnSerializer(reply.request.server)) return reply.serialize(value);
  return schema === undefined ? JSON.stringify(value) : reply.serializeInput(value, schema);
}

/** What Fastify sends as it is. */
export function isText(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || ArrayBuffer.isView(value);
}

/** `setReplySerializer()` leaves its mark on the instance, and no other way to ask. */
function hasOwnSerializer(instance: object | null): boolean {
  for (
    let owner = instance;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    const mark = Object.getOwnPropertySymbols(owner).find(
      ({ description }) => description === 'fastify.replySerializerDefault',
    );
    if (mark !== undefined) return typeof (owner as Record<symbol, unknown>)[mark] === 'function';
  }
  return false;
}
