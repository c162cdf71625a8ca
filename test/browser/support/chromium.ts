import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/**
 * Starts the Chromium of this machine: the one named in `CHROMIUM`, or the first on the `PATH`.
 *
 * @throws Error when there is none. A test that was not run has not passed.
 */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: executable(),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function executable(): string {
  const named = process.env['CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = named ? [named] : NAMES.flatMap((name) => folders.map((it) => join(it, name)));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    named
      ? `CHROMIUM names ${named}, which is not there`
      : `None of ${NAMES.join(', ')} is on the PATH. Run scripts/browser.sh, or set CHROMIUM to the path of a Chromium or Chrome`,
  );
}
