/** What the doctor is to examine, and how it may ask. */
export interface Question {
  readonly url: URL;
  /** Fields of every request, such as `Authorization`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether no client saves this resource, so that only reading matters. */
  readonly isReadOnly: boolean;
  /** The rewritten tags that the server accepts, as its operator says; `undefined` if nobody said. */
  readonly accepted: 'weakened' | 'recoded' | undefined;
  /** The write to try; `undefined` unless the operator asked for one. */
  readonly save: SaveOrder | undefined;
  /** How many seconds each answer may take. */
  readonly timeout: number;
}

/** A write that the operator allows. */
export interface SaveOrder {
  readonly method: 'PUT' | 'PATCH';
  /** The content to send; `undefined` for what GET returned (PUT) or `{}` (PATCH). */
  readonly content: Uint8Array | undefined;
}
