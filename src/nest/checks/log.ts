import { Logger } from '@nestjs/common';

/** More sentences than any application has handlers: what comes after is no longer remembered, and said each time. */
const MOST_REMEMBERED = 1000;
/** How much of one sentence is remembered. */
const LONGEST_TOPIC = 200;

/** Logs each thing once: what is wrong with a route is wrong with every request to it. */
export class OnceLog {
  private readonly logger = new Logger('nestjs-etag');
  private readonly said = new Set<string>();

  /** @param topic what the sentence is about, where it says more: a route, rather than one of its many tags. */
  warn(sentence: string, topic = sentence): void {
    if (this.isNew(topic)) this.logger.warn(sentence);
  }

  /** @param topic as for {@link warn}. */
  error(sentence: string, topic = sentence): void {
    if (this.isNew(topic)) this.logger.error(sentence);
  }

  /** Logs an error each time: each lost lock, each refused request is one. */
  errorEachTime(sentence: string): void {
    this.logger.error(sentence);
  }

  /** Logs a warning each time. */
  warnEachTime(sentence: string): void {
    this.logger.warn(sentence);
  }

  private isNew(topic: string): boolean {
    const remembered = topic.slice(0, LONGEST_TOPIC);
    if (this.said.has(remembered)) return false;
    if (this.said.size < MOST_REMEMBERED) this.said.add(remembered);
    return true;
  }
}

/** The longest text of a client that a line of the log holds. */
const LONGEST_QUOTE = 100;

/** A text that a client sent, short enough for a line in the log. */
export function shortened(text: string): string {
  return text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;
}
