import { Logger } from '@nestjs/common';

/** Says each thing once: what is wrong with a route is wrong with every request to it. */
export class OnceLog {
  private readonly logger = new Logger('nestjs-etag');
  private readonly said = new Set<string>();

  /** @param about what the sentence is about, where it says more: a route rather than a tag, which there are many of. */
  warn(sentence: string, about = sentence): void {
    if (this.isNew(about)) this.logger.warn(sentence);
  }

  /** @param about as for {@link warn}. */
  error(sentence: string, about = sentence): void {
    if (this.isNew(about)) this.logger.error(sentence);
  }

  private isNew(about: string): boolean {
    if (this.said.has(about)) return false;
    this.said.add(about);
    return true;
  }
}
