import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ADAPTERS } from '../src/create-app.js';
import { startApp } from './running-app.js';
import type { RunningApp } from './running-app.js';

/** Commands of the walk-through, and the lines that it shows as their answer. */
interface Step {
  readonly commands: string;
  readonly answer: readonly string[];
}

const STEP = /^```sh\n([^]*?)^```\n(?:\n```(?:http|text)\n([^]*?)^```\n)?/gm;
const MARK = '--- answered ---';

/** The walk-through as it stands in the README. */
function walkThrough(): Step[] {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  return [...readme.matchAll(STEP)].map(([, commands = '', answer = '']) => ({
    commands,
    answer: answer.split('\n').filter((line) => line !== '' && line !== '…'),
  }));
}

/** Commands as the name of a test. */
function oneLine(commands: string): string {
  return commands.replaceAll(/\s*\\?\n\s*/g, ' ').trim();
}

/** `…` in a line stands for anything; the names of fields are the same in upper and lower case. */
function shown(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^\\s*${parts.join('.*')}\\s*$`, 'im');
}

const STEPS = walkThrough();
const canRun = ['bash', 'curl'].every((name) => spawnSync(name, ['--version']).status === 0);

describe('the walk-through of the README', () => {
  it('leads past every answer that the library gives', () => {
    const answers = STEPS.flatMap(({ answer }) => answer).join('\n');
    for (const status of [200, 201, 204, 304, 404, 412, 428]) {
      expect(answers).toContain(`HTTP/1.1 ${status}`);
    }
  });

  // npm alone brings neither. Where they are missing, the other tests do the same by themselves.
  if (!canRun) return;

  describe.each(ADAPTERS)('on %s', (adapter) => {
    let app: RunningApp;
    let answers: string[];
    beforeAll(async () => {
      app = await startApp(adapter);
      const url = `http://localhost:${new URL(app.url).port}`;
      const script = STEPS.map(({ commands }) => `${commands}\nprintf '\\n${MARK}\\n'\n`).join('');
      const bash = ['-c', script.replaceAll('http://localhost:3000', url)];
      answers = (await promisify(execFile)('bash', bash)).stdout.split(`${MARK}\n`);
    });
    afterAll(() => app.close());

    it.each(STEPS.map((step, index) => [oneLine(step.commands), step.answer, index] as const))(
      'answers as shown to %s',
      (_, lines, index) => {
        for (const line of lines) expect(answers[index]).toMatch(shown(line));
      },
    );
  });
});
