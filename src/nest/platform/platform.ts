import type { ServerResponse } from 'node:http';
import type { FieldValue } from '../../representation/tag-source.js';
import type { Exchange, Verdict } from '../exchange/exchange.js';
import type { Handler } from '../internals/nest-metadata.js';

/** What GET would send, as the platform's serializer writes it. */
export interface SentContent {
  readonly text: string | Uint8Array;
  /** The media type, as it stands in `Content-Type`. */
  readonly type: string;
}

/** The head of an answer that is about to be sent, whatever the platform. */
export interface AnswerHead {
  status(): number;
  field(name: string): FieldValue;
  setField(name: string, value: string): void;
  dropField(name: string): void;
}

/** What looks at the answers of routes, at the moment that Nest hands them to the platform. */
export interface Answers {
  /**
   * Looks at the value that a route answers with, and has it sent.
   *
   * @returns what the platform returns, or a promise where something has to be waited for.
   */
  answer(exchange: Exchange, reply: RouteReply): unknown;
  /** Looks at the text or bytes of such a value, once it is serialized. Whatever is no `'send'` goes to {@link sendVerdict}. */
  judgeContent(exchange: Exchange, head: AnswerHead, content: string | Uint8Array): Verdict;
  /** Sends what a verdict says in place of the representation. */
  sendVerdict(exchange: Exchange, sender: Sender): unknown;
  /** Sends an answer that is none of the route itself: that of a filter. */
  sendUntagged(exchange: Exchange, reply: RouteReply): unknown;
  /** A refusal that a filter answers as a success: the tag that it told the client says nothing of that answer. */
  withdrawRefusal(exchange: Exchange, head: AnswerHead, status: number): void;
  /** What is sent is not the text that was hashed: a hook or a replaced method has changed it. */
  reportChanged(exchange: Exchange): void;
}

/** Sends an answer without a representation. */
export interface Sender {
  /** A head alone: `304`. */
  sendHead(status: number): unknown;
  sendRefusal(status: number, body: Record<string, unknown>, contentType: string): unknown;
  /** A representation that is serialized already: `200`. */
  sendContent(content: SentContent): unknown;
}

/** What a route answers, on its way from Nest to the platform. */
export interface RouteReply extends Sender {
  readonly request: object;
  readonly response: object;
  readonly value: unknown;
  readonly status: number;
  readonly head: AnswerHead;
  /** The text or bytes that the platform's serializer makes of a value for this answer; `undefined` for none. */
  serialize(value: unknown): string | Uint8Array | undefined;
  /** The same, for what the GET of another handler would send. */
  serializeAs(value: unknown, handler: Handler): string | Uint8Array | undefined;
  /** Has the platform send a value. */
  send(value: unknown): unknown;
}

/** What the library needs to know about Express or Fastify. */
export interface Platform {
  /** Has the answers of routes looked at. Called once, before routes are registered. */
  install(answers: Answers): void;
  /** The head of a response. */
  headOf(response: object): AnswerHead;
  /** The path that a request matched, as it was registered. */
  templateOf(request: object): string;
  /** Node's own response. */
  rawOf(response: object): ServerResponse;
  /** Answers at once, past the handler. */
  senderOf(response: object): Sender;
  /** Keeps the fields that a response has now: with them begins every read within its request. */
  keepFields(response: object): void;
  /**
   * Prepares to run a GET handler for a request of another method, see {@link StandIn}.
   *
   * @param url of the GET, where it is not that of the request.
   */
  standIn(request: object, response: object, own: StandInRequest, url?: string): StandIn;
}

/** What the request of a read has of its own. */
export interface StandInRequest {
  readonly params: Readonly<Record<string, unknown>>;
  /** What else differs from the request that it stands in for. */
  readonly [name: PropertyKey]: unknown;
}

/** A request and a response for a read that reaches no client: what it would send is only recorded. */
export interface StandIn {
  /** The request, as a GET. */
  readonly request: object;
  /** A response that records what is set on it and sends nothing. */
  readonly response: object;
  readonly head: AnswerHead;
  /** The text or bytes that GET would send for this value, by the platform's own serializer. */
  serialize(value: unknown, handler: Handler): string | Uint8Array | undefined;
  /** The response ends, as every response does: `finish`, `close`. */
  end(): void;
}
