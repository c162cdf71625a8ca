import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { X, deploy } from './support/fake-deployment.js';
import type { Behaviour } from './support/fake-deployment.js';

const run = promisify(execFile);

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
}

const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const command = String(bin['nestjs-etag']);

/** Runs the command as a shell would. */
function execute(...given: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run(command, given).then(
    (output) => ({ code: 0, ...output }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

/** The command as it is published; `npm test` builds it first. */
describe('the command of the package', () => {
  it('is executable in the tarball, and there once', async () => {
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']);
    const [tarball] = JSON.parse(stdout) as [{ files: { path: string; mode: number }[] }];
    const mains = tarball.files.filter(({ path }) => path.endsWith('cli/main.js'));
    expect(mains.map(({ path, mode }) => [`./${path}`, mode])).toEqual([[command, 0o755]]);
  });

  it.each<[number, string, Behaviour]>([
    [0, 'Healthy', {}],
    [1, '1 problem', { tag: () => `W/"${X}"` }],
    [2, '', { read: { status: 404 } }],
  ])('exits %i and prints what it found: %s', async (code, output, behaviour) => {
    const { url, close } = await deploy(behaviour);
    const ended = await execute('doctor', url);
    await close();
    expect(ended.code).toBe(code);
    expect(ended.stdout).toContain(output);
    expect(ended.stderr === '').toBe(code !== 2);
  });

  it('imports nothing but itself, src/http and Node', () => {
    const imported = readdirSync('src/cli').flatMap((name) => {
      const source = readFileSync(`src/cli/${name}`, 'utf8');
      return ts.preProcessFile(source).importedFiles.map(({ fileName }) => fileName);
    });
    expect(
      imported.filter((name) => !/^(\.\/|\.\.\/http\/)[a-z-]+\.js$|^node:/.test(name)),
    ).toEqual([]);
  });
});
