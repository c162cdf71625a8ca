import type { FastifyReply } from './objects.js';

/** Which hooks of others an answer passes. */
export interface Hooks {
  /** Some `preSerialization` hook wants to see the value. */
  readonly seesValue: boolean;
  /** Some `onSend` hook, besides ours, wants to see the text. */
  readonly seesText: boolean;
}

/** Where Fastify's context cannot be found, there may be hooks: it serializes once more, and nothing goes wrong. */
const UNKNOWN: Hooks = Object.freeze({ seesValue: true, seesText: true });

/** The part of Fastify's own context of a route that tells its hooks. */
interface Context {
  readonly preSerialization?: readonly unknown[] | null;
  readonly onSend?: readonly unknown[] | null;
}

/**
 * What Fastify keeps under symbols that it does not export: found by their descriptions, once for each application. One that
 * is not found changes nothing but the speed: what there may be is then taken to be there.
 */
export class PrivateState {
  private context: symbol | undefined;
  private serializer: symbol | undefined;

  /** The hooks of the route that a reply belongs to; complete when the application listens. */
  hooksOf({ request }: FastifyReply): Hooks {
    this.context ??= ownSymbol(request, 'fastify.context');
    const context = valueOf(request, this.context) as Context | undefined;
    if (context?.preSerialization === undefined || context.onSend === undefined) return UNKNOWN;
    return {
      seesValue: context.preSerialization !== null,
      seesText: (context.onSend?.length ?? 0) > 1,
    };
  }

  /** Whether `reply.serializer()` was given a serializer for this very answer. */
  hasSerializer(reply: FastifyReply): boolean {
    this.serializer ??= ownSymbol(reply, 'fastify.reply.serializer');
    if (this.serializer === undefined) return true;
    return typeof valueOf(reply, this.serializer) === 'function';
  }
}

function ownSymbol(owner: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(owner).find((symbol) => symbol.description === description);
}

function valueOf(owner: object, symbol: symbol | undefined): unknown {
  return symbol === undefined ? undefined : (owner as Record<symbol, unknown>)[symbol];
}
