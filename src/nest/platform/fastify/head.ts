import type { FieldValue } from '../../../representation/tag-source.js';
import type { AnswerHead } from '../platform.js';
import type { FastifyReply } from './objects.js';

/** The head of a Fastify reply. */
export class FastifyHead implements AnswerHead {
  constructor(private readonly reply: FastifyReply) {}

  status(): number {
    return this.reply.statusCode;
  }

  field(name: string): FieldValue {
    return this.reply.getHeader(name);
  }

  setField(name: string, value: string): void {
    this.reply.header(name, value);
  }

  dropField(name: string): void {
    this.reply.removeHeader(name);
  }
}
