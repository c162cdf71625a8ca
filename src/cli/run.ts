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
 * @returns the exit code: 0 no problem found, 1 problems, 2 wrong arguments or no answer to examine.
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
    const print = (text: string): unknown => output.write(printable(text));
    const diagnosis = diagnose(await examine(question, print), question);
    print(report(diagnosis, question));
    return diagnosis.findings.some(({ isProblem }) => isProblem) ? 1 : 0;
  } catch (error) {
    errors.write(`nestjs-etag: ${printable(messageOf(error))}\n`);
    return 2;
  }
}

/** Without the control characters by which a server could steer the terminal (C0 and C1). */
function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]/gu, '?');
}
