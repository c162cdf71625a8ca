/** What the doctor is to examine, and how it may ask. */
export interface Question {
  readonly url: URL;
  /** How the resource is saved; `undefined` for one that is only read. */
  readonly method: 'PUT' | 'PATCH' | undefined;
  /** What the save sends; `undefined` for what was read (PUT) or no change (PATCH). */
  readonly content: Uint8Array | undefined;
  /** Fields of every request, such as `Authorization`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Which rewritten tags the server accepts, as its operator says it; `undefined` for nobody knows. */
  readonly accepted: 'weakened' | 'recoded' | undefined;
}
