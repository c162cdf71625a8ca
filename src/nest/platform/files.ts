import { StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { exchangeOf } from '../exchange/exchange.js';
import type { TaggedAnswers } from '../answers/tagged-answers.js';
import type { Platform } from './platform.js';

type Reply = (response: object, body: unknown, statusCode?: number) => unknown;

/**
 * Tags files where Nest hands them to the platform, before a byte is read: both platforms pipe a
 * `StreamableFile` to the socket, past the step where text and bytes are tagged. A reader who has the
 * file already costs the reading of its metadata; the stream is closed unread.
 *
 * @param sendError answers for a file that could not be opened, where the platform would not by itself.
 */
export function tagFiles(
  adapter: AbstractHttpAdapter,
  platform: Pick<Platform, 'headOf' | 'answerNow'>,
  answers: TaggedAnswers,
  sendError?: (response: object, file: StreamableFile, error: Error) => unknown,
): void {
  const owner = adapter as unknown as { reply: Reply };
  const { reply } = owner;
  owner.reply = function (response, body, statusCode) {
    const exchange = body instanceof StreamableFile ? exchangeOf(response) : undefined;
    if (exchange === undefined || exchange.verdict !== undefined) {
      return reply.call(this, response, body, statusCode);
    }
    const file = body as StreamableFile;
    const stream = file.getStream();
    // Not before it is sent does anybody listen, and what fails unheard ends the process (Nest 11.0 and 11.1).
    stream.on('error', ignore);
    return answers.ofFile(exchange, platform.headOf(response), file, statusCode).then((verdict) => {
      if (verdict === 'send') {
        return stream.errored && sendError !== undefined
          ? sendError(response, file, stream.errored)
          : reply.call(this, response, file, statusCode);
      }
      stream.destroy();
      return platform.answerNow(response, exchange, answers);
    });
  };
}

function ignore(): void {
  // Whoever sends the file reports it.
}
