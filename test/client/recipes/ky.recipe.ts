import ky, { type KyInstance } from 'ky';
import {
  createETagClient,
  type Failure,
  isMidAirCollision,
  isMissingEntityTag,
  isResponseError,
} from '../../../src/client/index.js';

/** A ky whose writes are conditional, and whose 412 is a MidAirCollision. */
export function createApi(prefixUrl: string): KyInstance {
  const client = createETagClient();
  const isWrite = ({ method }: Request): boolean => ['PUT', 'PATCH', 'DELETE'].includes(method);
  const failureOf = async (request: Request, response: Response): Promise<Failure> => {
    const text = await request.clone().text();
    const mine: unknown = text === '' ? undefined : JSON.parse(text);
    const { method, headers, signal } = request;
    return client.failure(request.url, mine, { method, headers, signal, response });
  };
  return ky.create({
    prefixUrl,
    fetch: client.fetch,
    // What got no answer is sent again: it carries the tag of the first time. What was refused is not.
    retry: {
      methods: ['get', 'put', 'patch', 'delete'],
      shouldRetry: ({ error }) =>
        isMidAirCollision(error) || isMissingEntityTag(error) ? false : undefined,
    },
    hooks: {
      beforeRequest: [
        (request) => {
          const { url, headers } = request;
          const etag = client.remembered(url)?.etag;
          const isFree = !headers.has('If-Match') && !headers.has('If-None-Match');
          if (etag && isFree && isWrite(request)) headers.set('If-Match', etag);
        },
      ],
      afterResponse: [
        async (request, _options, response) => {
          if (response.ok || !isWrite(request)) return response;
          const failure = await failureOf(request, response);
          if (!isMidAirCollision(failure)) return response;
          if (!failure.alreadyApplied || !failure.theirs) throw failure;
          // Sent again after its answer was lost, and there already: it was saved the first time.
          client.remember(failure.theirs);
          return Response.json(failure.theirs.body);
        },
      ],
      beforeError: [
        async (error) => {
          if (!isWrite(error.request)) return error;
          const failure = await failureOf(error.request, error.response);
          if (isResponseError(failure)) return error;
          throw failure;
        },
      ],
    },
  });
}
