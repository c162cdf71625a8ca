import {
  type AxiosError,
  type AxiosInstance,
  type AxiosResponse,
  create,
  isAxiosError,
  isCancel,
} from 'axios';
import {
  createETagClient,
  type ETagClient,
  type Failure,
  isLostAnswer,
  isMidAirCollision,
  isMissingEntityTag,
  isResponseError,
} from '../../../src/client/index.js';

/** An axios whose writes are conditional, and whose 412 is a MidAirCollision. */
export function createHttp(baseURL: string): AxiosInstance {
  const client = createETagClient();
  const options = { baseURL, adapter: 'fetch', env: { fetch: client.fetch } } as const;
  const http = create(options);
  const withoutRetry = create(options);

  // What is sent again carries the tag of the first time, whatever was read in between.
  http.interceptors.request.use((config) => {
    const etag = client.remembered(http.getUri(config))?.etag;
    if (isWrite(config) && etag && !config.headers.has('If-None-Match')) {
      config.headers.set('If-Match', etag, false);
    }
    return config;
  });
  http.interceptors.response.use(undefined, async (error: unknown) => {
    const { config } = isFailedWrite(error) ? error : {};
    if (!isFailedWrite(error) || !config) throw error;
    const failure = await failureOf(client, http.getUri(config), error);
    if (!isLostAnswer(failure)) return settled(client, error, failure);
    return withoutRetry.request(config).catch(async (again: unknown) => {
      if (!isFailedWrite(again)) throw again;
      return settled(client, again, await failureOf(client, http.getUri(config), again));
    });
  });
  return http;
}

function isWrite({ method = 'get' }: { method?: string }): boolean {
  return ['put', 'patch', 'delete'].includes(method.toLowerCase());
}

function isFailedWrite(error: unknown): error is AxiosError {
  const isOurs = isMissingEntityTag(error) || isCancel(error);
  return !isOurs && isAxiosError(error) && isWrite(error.config ?? {});
}

function failureOf(client: ETagClient, url: string, error: AxiosError): Promise<Failure> {
  const { method = 'PUT', data, headers } = error.config ?? {};
  const mine: unknown = typeof data === 'string' ? JSON.parse(data) : data;
  const fields = { ...headers?.toJSON(true) };
  const response = error.response && responseOf(error.response);
  return client.failure(url, mine, {
    method: method.toUpperCase(),
    headers: fields,
    response,
    cause: error,
  });
}

function responseOf({ status, data, headers }: AxiosResponse<unknown>): Response {
  const type = String(headers['content-type'] ?? '');
  const body = typeof data === 'string' ? data : JSON.stringify(data);
  return new Response(body, { status, headers: { 'Content-Type': type } });
}

/** What is there already was saved: its answer was lost. */
function settled(client: ETagClient, error: AxiosError, failure: Failure): AxiosResponse {
  if (isMidAirCollision(failure) && failure.alreadyApplied && failure.theirs && error.response) {
    client.remember(failure.theirs);
    return { ...error.response, status: 200, statusText: 'OK', data: failure.theirs.body };
  }
  throw isResponseError(failure) ? error : failure;
}
