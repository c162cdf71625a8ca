import { Logger } from '@nestjs/common';

/** Says each thing once: what is wrong with a route is wrong with every request to it. */
export class OnceLog {
  private readonly logger = new Logger('nestjs-etag');
  private readonly said = new Set<string>();

  warn(sentence: string): void {
    if (this.isNew(sentence)) this.logger.warn(sentence);
  }

  error(sentence: string): void {
    if (this.isNew(sentence)) this.logger.error(sentence);
  }

  private isNew(sentence: string): boolean {
    if (this.said.has(sentence)) return false;
    this.said.add(sentence);
    return true;
  }
}
