import { StreamableFile } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { exchangeOf } from '../exchange.js';
import type { TaggedAnswers } from '../tagged-answers.js';
import type { Platform } from './platform.js';

type Reply = (response: object, body: unknown, statusCode?: number) => unknown;

/**
 * Tags files where Nest hands them to the platform, before a byte is read: both platforms pipe a
 * `StreamableFile` to the socket, past the step where text and bytes are tagged. A reader who has the
 * file already costs the reading of its metadata; the stream is closed unread.
 */
export function tagFiles(
  adapter: AbstractHttpAdapter,
  platform: Pick<Platform, 'headOf' | 'answerNow'>,
  answers: TaggedAnswers,
): void {
  const owner = adapter as unknown as { reply: Reply };
  const { reply } = owner;
  owner.reply = function (response, body, statusCode) {
    const exchange = body instanceof StreamableFile ? exchangeOf(response) : undefined;
    if (exchange === undefined || exchange.verdict !== undefined) {
      return reply.call(this, response, body, statusCode);
    }
    const file = body as StreamableFile;
    return answers.ofFile(exchange, platform.headOf(response), file, statusCode).then((verdict) => {
      if (verdict === 'send') return reply.call(this, response, file, statusCode);
      file.getStream().destroy();
      return platform.answerNow(response, exchange, answers);
    });
  };
}
