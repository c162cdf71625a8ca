import type { AbstractHttpAdapter } from '@nestjs/core';
import { exchangeOf } from '../exchange/exchange.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Answers, RouteReply } from './platform.js';

/** How Nest hands an answer to the platform. */
export type NestReply = (response: object, value: unknown, statusCode?: number) => unknown;

/** What a platform adds to what Nest hands over. */
export interface ReplyPort {
  /** The platform's request of a response. */
  requestOf(response: object): object | undefined;
  /**
   * @param nestReply sends by Nest's own adapter.
   */
  routeReply(given: GivenReply, exchange: Exchange, nestReply: NestReply): RouteReply;
}

/** An answer as Nest hands it over. */
export type GivenReply = Pick<RouteReply, 'request' | 'response' | 'value'> & {
  readonly statusCode: number | undefined;
};

/**
 * Looks at answers where Nest hands them to the platform: after all interceptors, before any hook or replaced method of the
 * response. `adapter.reply()` is where; Nest awaits it for the answer of a route, and not for that of a filter.
 */
export function watchReplies(
  adapter: AbstractHttpAdapter,
  answers: Answers,
  { requestOf, routeReply }: ReplyPort,
): void {
  const owner = adapter as unknown as { reply: NestReply };
  const nestReply: NestReply = owner.reply.bind(adapter);
  owner.reply = (response, value, statusCode) => {
    const request = requestOf(response);
    const exchange = request === undefined ? undefined : exchangeOf(request);
    if (request === undefined || exchange === undefined) {
      return nestReply(response, value, statusCode);
    }
    const reply = routeReply({ request, response, value, statusCode }, exchange, nestReply);
    // The router hands over the answer of a route without a status, which it has set before; a filter mostly gives one. What
    // was begun and has failed is answered by a filter, too.
    const isOfRoute =
      statusCode === undefined &&
      exchange.verdict === undefined &&
      !exchange.hasFailed &&
      !exchange.isHandedOver;
    exchange.isHandedOver = true;
    return isOfRoute ? answers.answer(exchange, reply) : answers.sendUntagged(exchange, reply);
  };
}
