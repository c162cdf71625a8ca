import { readArguments, USAGE } from './arguments.js';
import { diagnose } from './diagnosis.js';
import { examine } from './doctor.js';
import { messageOf } from './message-of.js';
import { report } from './report.js';

/** Where a command writes to. */
export interface Output {
  write(text: string): unknown;
}

/**
 * Runs the command `nestjs-etag` with these arguments.
 *
 * @returns the exit code: 0 healthy, 1 there are problems, 2 wrong arguments, or nothing to examine.
 */
export async function run(
  given: readonly string[],
  output: Output,
  errors: Output,
): Promise<0 | 1 | 2> {
  try {
    const question = readArguments(given);
    if (question === 'help') {
      output.write(USAGE);
      return 0;
    }
    const diagnosis = diagnose(await examine(question), question);
    output.write(report(diagnosis, question));
    return diagnosis.findings.some(({ isProblem }) => isProblem) ? 1 : 0;
  } catch (error) {
    errors.write(`nestjs-etag: ${messageOf(error)}\n`);
    return 2;
  }
}
