import { isJsonObject } from './json.js';
import { overwrites } from './preconditions.js';
import { reasonIn } from './reason.js';

/**
 * The server answered, but not with success: any status other than 2xx, unless it means a
 * {@link MidAirCollision} or a {@link LostAnswerError}.
 */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  declare readonly method: string;
  declare readonly url: string;
  declare readonly response: Response;
  /** The parsed body: problem details, Nest's error shape, or text. */
  declare readonly body: unknown;
  declare readonly status: number;

  constructor(method: string, url: string, response: Response, body: unknown) {
    const { status } = response;
    super(`${method} ${url} was answered with ${status}${explanation(method, status, body)}`);
    Object.assign(this, { method, url, response, body, status });
  }
}

/** Whether `error` is a {@link ResponseError}, of whichever copy of this package. */
export function isResponseError(error: unknown): error is ResponseError {
  return error instanceof Error && error.name === 'ResponseError';
}

function explanation(method: string, status: number, body: unknown): string {
  if (status === 428 || reasonIn(body) === 'missing-precondition') {
    return overwrites(method)
      ? ', although it carried If-Match: something on the way removes it'
      : ': set a precondition yourself';
  }
  const said = isJsonObject(body) ? (body['detail'] ?? body['message'] ?? body['title']) : body;
  if (said === undefined) return '';
  return `: ${typeof said === 'string' ? said : JSON.stringify(said)}`;
}
