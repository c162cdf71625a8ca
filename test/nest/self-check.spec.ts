import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

declare const NEST_HOME: string;

/** A copy of Nest and of what was built, whose other packages are found in the folders above. */
const PLACE = join(process.cwd(), NEST_HOME, 'node_modules/.cache/renamed-nest');
const NEST = join(PLACE, 'node_modules/@nestjs');

const UNCHANGED = { tag: true, statuses: [403, 428, 412, 200] };

interface Outcome {
  /** Why it did not boot. */
  readonly boot?: string;
}

function outcome(): Outcome {
  const printed = execFileSync(process.execPath, ['--no-warnings', 'main.mjs'], {
    cwd: PLACE,
    encoding: 'utf8',
  });
  return JSON.parse(printed) as Outcome;
}

/** Renames something in Nest for as long as the work takes. @returns how many files had it. */
function renamed(from: RegExp, to: string, work: () => void): number {
  const files = readdirSync(NEST, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => join(NEST, file));
  const changed = new Map<string, string>();
  for (const file of files) {
    const before = readFileSync(file, 'utf8');
    if (from.test(before)) changed.set(file, before);
  }
  try {
    for (const [file, before] of changed) {
      writeFileSync(file, before.replaceAll(new RegExp(from, 'g'), to));
    }
    work();
  } finally {
    for (const [file, before] of changed) writeFileSync(file, before);
  }
  return changed.size;
}

/** Moves a module, and everybody in Nest who imports it knows. */
function moved(path: string, work: () => void): number {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const [from, to] = [join(NEST, 'core', `${path}.js`), join(NEST, 'core', `${path}-2.js`)];
  renameSync(from, to);
  try {
    return renamed(new RegExp(`/${name}(?=\\.js['"]|['"])`), `/${name}-2`, work);
  } finally {
    renameSync(to, from);
  }
}

/** Nothing is lost: it does not start, and says why, or it makes no difference. */
function expectNothingLost(): void {
  const found = outcome();
  if (found.boot === undefined) expect(found).toEqual(UNCHANGED);
  else expect(found.boot).toMatch(/^nestjs-etag does not know /);
}

describe('on a Nest that keeps something private elsewhere', () => {
  beforeAll(() => {
    rmSync(PLACE, { recursive: true, force: true });
    mkdirSync(NEST, { recursive: true });
    for (const name of ['common', 'core', 'platform-express']) {
      cpSync(join(NEST_HOME, 'node_modules/@nestjs', name), join(NEST, name), { recursive: true });
    }
    const library = join(dirname(NEST), 'nestjs-etag');
    mkdirSync(library);
    cpSync('package.json', join(library, 'package.json'));
    cpSync('dist', join(library, 'dist'), { recursive: true });
    cpSync('test/support/renamed-nest.mjs', join(PLACE, 'main.mjs'));
  });

  afterAll(() => rmSync(PLACE, { recursive: true, force: true }));

  it('everything is as it should be where nothing is renamed', () => {
    expect(outcome()).toEqual(UNCHANGED);
  });

  it.each([
    '__guards__',
    '__interceptors__',
    '__routeArguments__',
    '__customRouteArgs__',
    '__responsePassthrough__',
    '__headers__',
    '__sse__',
    '__version__',
    '__redirect__',
    '__renderTemplate__',
    '__module_path__',
  ])('an application does not boot, or loses nothing, where the key %s is another', (key) => {
    expect(renamed(new RegExp(`(?<=['"])${key}(?=['"])`), `${key}2`, expectNothingLost)).not.toBe(
      0,
    );
  });

  it.each(['PATH', 'METHOD'])(
    'an application does not boot, or loses nothing, where the key of %s_METADATA is another',
    (name) => {
      const definition = new RegExp(`${name}_METADATA = (['"])\\w+\\1`);
      expect(renamed(definition, `${name}_METADATA = 'renamed'`, expectNothingLost)).not.toBe(0);
    },
  );

  it.each([
    'router/router-execution-context',
    'router/route-params-factory',
    'router/router-exception-filters',
    'exceptions/exceptions-handler',
  ])('an application does not boot, or loses nothing, where %s is another module', (path) => {
    expect(moved(path, expectNothingLost)).not.toBe(0);
  });

  it.each([
    'RouterExecutionContext',
    'PipesContextCreator',
    'GuardsContextCreator',
    'GuardsConsumer',
    'InterceptorsContextCreator',
    'InterceptorsConsumer',
    'ExceptionsHandler',
  ])('an application does not boot, or loses nothing, where %s has another name', (name) => {
    expect(renamed(new RegExp(`\\b${name}\\b`), `${name}2`, expectNothingLost)).not.toBe(0);
  });

  it.each(['isDependencyTreeStatic', 'getInstanceByContextId', 'getProviderByKey'])(
    'an application does not boot, or loses nothing, where %s() has another name',
    (name) => {
      expect(renamed(new RegExp(`\\b${name}\\b`), `${name}2`, expectNothingLost)).not.toBe(0);
    },
  );

  it('an application does not boot, or loses nothing, where an adapter answers by another method', () => {
    expect(renamed(/\breply\(/, 'respond(', expectNothingLost)).not.toBe(0);
  });
});
