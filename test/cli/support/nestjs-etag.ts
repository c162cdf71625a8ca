import { run } from '../../../src/cli/run.js';
import { deploy } from './fake-deployment.js';
import type { Arrived, Behaviour } from './fake-deployment.js';

/** What a command wrote and how it ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `nestjs-etag` with these arguments. */
export async function nestjsETag(...given: string[]): Promise<Ended> {
  let output = '';
  let errors = '';
  const code = await run(
    given,
    { write: (text) => (output += text) },
    { write: (text) => (errors += text) },
  );
  return { code, output, errors };
}

/** Lets the doctor examine a deployment that behaves like this. */
export async function examined(
  behaviour: Behaviour,
  ...options: string[]
): Promise<Ended & { readonly url: string; readonly arrived: readonly Arrived[] }> {
  const { url, arrived, close } = await deploy(behaviour);
  try {
    return { ...(await nestjsETag('doctor', url, ...options)), url, arrived };
  } finally {
    await close();
  }
}

/** The findings of a report: those that are problems and those that are not, each with what mends it. */
export function findingsIn(output: string): readonly string[] {
  return output.split('\n\n').filter((block) => /^(PROBLEM|note): /.test(block));
}
