import { HttpException, HttpStatus } from '@nestjs/common';

/**
 * `428 Precondition Required` (RFC 6585 §3): the write does not say which version it changes. Nest
 * has no class for it.
 *
 * @publicApi
 */
export class PreconditionRequiredException extends HttpException {
  /**
   * @param response the body, or its `message`.
   */
  constructor(response: string | Record<string, unknown> = 'Precondition Required') {
    super(
      typeof response === 'string'
        ? {
            message: response,
            error: 'Precondition Required',
            statusCode: HttpStatus.PRECONDITION_REQUIRED,
          }
        : response,
      HttpStatus.PRECONDITION_REQUIRED,
    );
  }
}
