import ky, { type KyInstance } from 'ky';
import {
  createETagClient,
  isMidAirCollision,
  isMissingEntityTag,
} from '../../../src/client/index.js';

/** A ky whose writes are conditional, and whose 412 is a MidAirCollision. */
export function createApi(prefixUrl: string): KyInstance {
  const client = createETagClient();
  return ky.create({
    prefixUrl,
    fetch: client.fetch,
    // What got no answer may be sent again: it carries the tag of the first time. What was refused may not.
    retry: {
      shouldRetry: ({ error }) =>
        isMidAirCollision(error) || isMissingEntityTag(error) ? false : undefined,
    },
    hooks: {
      beforeError: [
        async (error) => {
          const { request, response } = error;
          if (response.status !== 412) return error;
          const text = await request.text();
          const mine: unknown = text === '' ? undefined : JSON.parse(text);
          const { method, headers } = request;
          throw await client.collision(request.url, mine, { method, headers, response });
        },
      ],
    },
  });
}
