/** The line that each library gets: its answers and its errors. */
import type { Recorded } from './recorded.js';
import type { Verdicts } from './way.js';

/** What one way of writing answers. */
export interface Answered {
  readonly write: string;
  readonly expected: Verdicts;
  /** What `settle()` made of the results. */
  readonly said: Verdicts;
  readonly hit: Recorded;
  readonly none: Recorded;
}

/** What an error stands for. */
export type Meaning = 'not found' | 'conflict' | 'duplicate';

/** What a library threw. */
export interface Failed {
  readonly call: string;
  readonly meaning: Meaning;
  readonly error: Recorded;
  /** What it was taken for. */
  readonly said: readonly Meaning[];
}

/** What one library answers. */
export interface Report {
  readonly library: string;
  readonly answers: readonly Answered[];
  readonly failures: readonly Failed[];
}
