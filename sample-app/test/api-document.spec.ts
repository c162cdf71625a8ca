import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import openapiTypeScript from 'openapi-typescript';
import type { OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import { ADAPTERS } from '../src/create-app.js';

/** Serves the application as it was built: the compiler plugin of `@nestjs/swagger` read its types. */
const SERVER = `
  import { serveApiDocument } from './dist/api-document.js';
  import { createApp } from './dist/create-app.js';
  const app = await createApp(process.argv[1], { logger: ['error', 'fatal'] });
  serveApiDocument(app);
  await app.listen(0, '127.0.0.1');
  console.log(await app.getUrl());
`;

/** What somebody writes who has nothing but the document. */
const CLIENT = `
import type { components, paths } from './api.js';

type Write = paths['/articles/{id}']['put'];
const conditions: Write['parameters']['header'] = { 'If-Match': '"x"' };
const change: Write['requestBody']['content']['application/json'] = {
  title: 'Hello', body: '', tags: [], authorId: 1,
};
const read: paths['/articles/{id}']['get']['responses'][200]['headers'] = { ETag: '"x"' };
const conditionOfRead: NonNullable<paths['/articles/{id}']['get']['parameters']['header']> = {};
const removed: paths['/articles/{id}']['delete']['responses'][428]['content']['application/json']['reason'] =
  'missing-precondition';
const failed: components['schemas']['ConditionalRequestRefusal']['reason'] = 'changed';
// @ts-expect-error this write insists on If-Match
const none: Write['parameters']['header'] = {};
// @ts-expect-error there is no such reason
const misspelt: components['schemas']['ConditionalRequestRefusal']['reason'] = 'chnaged';
export { change, conditionOfRead, conditions, failed, misspelt, none, read, removed };
`;

describe.each(ADAPTERS)('the document at /docs (%s)', (adapter) => {
  let server: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const { DATABASE_URL: _, ...environment } = process.env;
    const child = spawn(process.execPath, ['--input-type=module', '-e', SERVER, adapter], {
      cwd: join(process.cwd(), 'sample-app'),
      env: { ...environment, DATA_FILE: ':memory:' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server = child;
    const [line] = (await Promise.race([
      once(createInterface(child.stdout), 'line'),
      once(child, 'exit').then(() => Promise.reject(new Error('The application does not start'))),
    ])) as [string];
    url = line;
  }, 60_000);

  afterAll(async () => {
    server.kill();
    await once(server, 'exit');
  });

  async function apiDocument(): Promise<OpenAPI3> {
    return (await (await fetch(`${url}/docs-json`)).json()) as OpenAPI3;
  }

  it('is shown to people', async () => {
    const page = await fetch(`${url}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/html/),
    ]);
  });

  it('is valid', async () => {
    expect(await new Validator().validate({ ...(await apiDocument()) })).toEqual({ valid: true });
  });

  it('keeps to itself what is never sent', async () => {
    expect(JSON.stringify(await apiDocument())).not.toContain('passwordHash');
  });

  it('gives a client that compiles, and insists on If-Match', async () => {
    const generated = await openapiTypeScript(await apiDocument());
    expect(complaintsAbout({ 'api.ts': generated, 'client.ts': CLIENT })).toEqual([]);
  }, 60_000);
});

/** What the compiler says of these files. */
function complaintsAbout(files: Readonly<Record<string, string>>): readonly string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  const given = (name: string): string | undefined => files[name.split('/').at(-1) ?? ''];
  host.fileExists = (name) => given(name) !== undefined || fileExists(name);
  host.readFile = (name) => given(name) ?? readFile(name);
  host.getSourceFile = (name, ...rest) => {
    const text = given(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram(Object.keys(files), options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
