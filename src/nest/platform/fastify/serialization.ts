import type { FieldValue } from '../../../representation/tag-source.js';
import type { Handler } from '../../internals/nest-metadata.js';
import { fastifyResponseSchemaOf } from '../../internals/nest-metadata.js';
import type { FastifyReply } from './objects.js';

/** What routes were registered with, by the handler; hooks of others may change it until the application listens. */
export type Registered = ReadonlyMap<
  Handler,
  { readonly schema?: { readonly response?: unknown } }
>;

/** What Fastify sends JSON as. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * The schema by which an answer of a handler is written, if it has one: as Fastify looks it up, by the status and then by the
 * media type.
 */
export function responseSchema(
  registered: Registered,
  handler: Handler,
  { status, type = JSON_TYPE }: { readonly status: number; readonly type: FieldValue },
): object | undefined {
  const response = registered.get(handler)?.schema?.response ?? fastifyResponseSchemaOf(handler);
  if (typeof response !== 'object' || response === null) return undefined;
  const byStatus = response as Record<string, Responding>;
  const hundreds = Math.trunc(status / 100);
  const found =
    byStatus[status] ??
    byStatus[`${hundreds}xx`] ??
    byStatus[`${hundreds}XX`] ??
    byStatus['default'];
  if (found?.content === undefined) return found;
  const [mediaType = ''] = String(type).split(';');
  return (found.content[mediaType.trim().toLowerCase()] ?? found.content['*/*'])?.schema;
}

/** A response schema, or one for each media type. */
interface Responding {
  readonly content?: Readonly<Record<string, { readonly schema?: object } | undefined>>;
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
