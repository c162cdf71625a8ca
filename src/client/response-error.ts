import { isJsonObject } from './json.js';

/**
 * The server answered, but not with success: any status other than 2xx, except the 412 of a
 * {@link MidAirCollision}.
 */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
  readonly status: number;

  constructor(
    readonly method: string,
    readonly url: string,
    readonly response: Response,
    /** The parsed body: problem details, Nest's error shape, or text. */
    readonly body: unknown,
  ) {
    const { status } = response;
    super(`${method} ${url} was answered with ${status}${explanation(status, body)}`);
    this.status = status;
  }
}

/** Whether `error` is a {@link ResponseError}, of whichever copy of this package. */
export function isResponseError(error: unknown): error is ResponseError {
  return error instanceof Error && error.name === 'ResponseError';
}

function explanation(status: number, body: unknown): string {
  if (status === 428) {
    return (
      ', although If-Match was sent if the method overwrites: something on the way removes it, ' +
      'or this method needs a precondition that you have to set yourself'
    );
  }
  const said = isJsonObject(body) ? (body['detail'] ?? body['message'] ?? body['title']) : body;
  if (said === undefined) return '';
  return `: ${typeof said === 'string' ? said : JSON.stringify(said)}`;
}
