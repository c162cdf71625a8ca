import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { ADAPTERS } from '../src/create-app.js';
import { startApp, tagOf } from './running-app.js';
import type { RunningApp } from './running-app.js';

const FOLDER = join(import.meta.dirname, '../public');
const FILES = readdirSync(FOLDER).filter((name) => name !== 'tsconfig.json');

describe.each(ADAPTERS)('the page, on %s', (adapter) => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp(adapter);
  });
  afterAll(() => app.close());

  it('is at /, and allows itself nothing but its own files', async () => {
    const page = await app.get('/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(page.text).toContain('<h1>A mid-air collision</h1>');
  });

  it('has no scripts, styles or handlers in the markup, and nothing from elsewhere', async () => {
    const { text } = await app.get('/');
    expect(text).not.toMatch(/<script(?![^>]* src=)|<style| style=| on[a-z]+=|https?:/);
  });

  it.each(FILES)('has %s, tagged', async (name) => {
    const path = name === 'index.html' ? '/' : `/page/${name}`;
    const file = await app.get(path);
    expect(file.status).toBe(200);
    expect(file.text).not.toBe('');
    const again = await app.get(path, { 'If-None-Match': tagOf(file) });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('has the client of the library, with all that it imports', async () => {
    const seen = new Set(['index.js']);
    for (const name of seen) {
      const script = await app.get(`/client/${name}`);
      expect([name, script.status]).toEqual([name, 200]);
      expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
      for (const { fileName } of ts.preProcessFile(script.text).importedFiles) {
        seen.add(fileName.replace(/^\.\//, ''));
      }
    }
    expect(seen).toContain('three-way-merge.js');
  });

  it.each([
    '/page/nothing.js',
    '/page/tsconfig.json',
    '/page/..%2Fpackage.json',
    '/page/..%2Fsrc%2Fmain.ts',
    '/client/index.d.ts',
    '/client/..%2Findex.js',
    '/page/',
  ])('has no %s', async (path) => {
    expect((await app.get(path)).status).toBe(404);
  });
});

it('is made of modules that type-check', () => {
  const { config } = ts.readConfigFile(join(FOLDER, 'tsconfig.json'), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, FOLDER);
  const program = ts.createProgram(fileNames, options);
  const complaints = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(complaints).toEqual([]);
}, 60_000);
