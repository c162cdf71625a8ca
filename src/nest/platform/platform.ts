import type { FieldValue } from '../../representation/tag-source.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Handler } from '../internals/nest-metadata.js';
import type { AnswerHead, TaggedAnswers } from '../answers/tagged-answers.js';

/** What the library needs to know about Express or Fastify. */
export interface Platform {
  /**
   * Puts our step where the platform serializes. Called once, before routes are registered.
   *
   * @throws Error when it was done before: two modules would tag every answer twice.
   */
  install(answers: TaggedAnswers): void;
  /** The head of a response. */
  headOf(response: object): AnswerHead;
  /** Prepares to run a GET handler for a request of another method. */
  rehearse(request: object, response: object): Rehearsal;
  /** Answers a request at once, from the head that its exchange was given: `304` or `412`. */
  answerNow(response: object, exchange: Exchange, answers: TaggedAnswers): void;
}

/** A GET that nobody receives: what it would send is only recorded. */
export interface Rehearsal {
  /** The request, as a GET. */
  readonly request: object;
  /** A response that records what is set on it and sends nothing. */
  readonly response: object;
  /** A field that was set on the response. */
  field(name: string): FieldValue;
  /**
   * The text or bytes that GET would send for this value, by the platform's own serialization;
   * `undefined` for none.
   *
   * @param handler the GET handler, for a response schema it may have.
   * @throws what the serialization throws: on cycles, on a BigInt.
   */
  serialize(value: unknown, handler: Handler): string | Uint8Array | undefined;
}
