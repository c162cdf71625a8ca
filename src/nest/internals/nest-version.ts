import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The version of Nest that the application has, for messages. */
export function nestVersion(): string {
  try {
    const load = createRequire(join(process.cwd(), 'package.json'));
    return `Nest ${(load('@nestjs/core/package.json') as { version: string }).version}`;
  } catch {
    return 'this version of Nest';
  }
}
