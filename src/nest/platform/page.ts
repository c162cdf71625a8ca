import type { Exchange } from '../exchange/exchange.js';

/** Whether a text that is about to be sent is a page (`@Render()`), which Nest has not handed over as a value. */
export function isPage(
  { route, verdict, hasFailed, isHandedOver }: Exchange,
  status: number,
): boolean {
  return route.isPage && verdict === undefined && !hasFailed && !isHandedOver && status === 200;
}
