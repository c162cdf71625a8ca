import { appendFileSync } from 'node:fs';

/** One line of the table that is printed at the end. */
export interface Result {
  readonly who: string;
  readonly how: string;
  readonly scenario: string;
  readonly requests: number;
  readonly successes: number;
  readonly refused: number;
  /** Successes that overwrote a change which their writer had not seen. */
  readonly lost: number;
}

export function record(result: Result): void {
  appendFileSync(process.env['NESTJS_ETAG_RESULTS']!, `${JSON.stringify(result)}\n`);
}
