import { describe, expect, it } from '@jest/globals';
import type { SchematicContext, Tree } from '@angular-devkit/schematics';
import { nestAdd } from '../../src/schematics/nest-add/index.js';

const MAIN = `
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule);
await app.listen(3000);
`;

interface Outcome {
  readonly files: Readonly<Record<string, string>>;
  readonly said: string;
}

/** What the schematic makes of these files. */
async function added(
  files: Readonly<Record<string, string>>,
  sourceRoot?: string,
): Promise<Outcome> {
  const texts = new Map(Object.entries(files));
  const tree: Pick<Tree, 'exists' | 'readText' | 'overwrite'> = {
    exists: (path) => texts.has(path),
    readText: (path) => texts.get(path) ?? '',
    overwrite: (path, text) => void texts.set(path, text.toString()),
  };
  const said: string[] = [];
  const logger = { info: (text: string) => void said.push(text) };
  const rule = nestAdd(sourceRoot === undefined ? {} : { sourceRoot });
  await rule(tree as Tree, { logger } as unknown as SchematicContext);
  return { files: Object.fromEntries(texts), said: said.join('\n') };
}

/** What becomes of the root module. */
async function module(text: string): Promise<string> {
  const { files } = await added({ 'src/main.ts': MAIN, 'src/app.module.ts': text });
  return files['src/app.module.ts'] ?? '';
}

describe('nest add nestjs-etag', () => {
  it('adds the module to the root module of a new application', async () => {
    const text = `import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';

@Module({
  imports: [],
  controllers: [AppController],
})
export class AppModule {}
`;
    expect(await module(text)).toBe(`import { Module } from '@nestjs/common';
import { AppController } from './app.controller.js';
import { ETagModule } from 'nestjs-etag';

@Module({
  imports: [ETagModule.forRoot()],
  controllers: [AppController],
})
export class AppModule {}
`);
  });

  const before = "import { Module } from '@nestjs/common';\n";
  const after = `${before}import { ETagModule } from 'nestjs-etag';\n`;

  it.each([
    ['nothing yet', '{}', '{imports: [ETagModule.forRoot()]}'],
    ['no imports', '{ providers: [A] }', '{ providers: [A], imports: [ETagModule.forRoot()] }'],
    [
      'no imports, on lines of their own',
      '{\n  providers: [A],\n}',
      '{\n  providers: [A],\n  imports: [ETagModule.forRoot()],\n}',
    ],
    ['one import', '{ imports: [A] }', '{ imports: [A, ETagModule.forRoot()] }'],
    [
      'imports on lines of their own',
      '{\n  imports: [\n    A,\n    B.forRoot({ c: [1] }),\n  ],\n}',
      '{\n  imports: [\n    A,\n    B.forRoot({ c: [1] }),\n    ETagModule.forRoot(),\n  ],\n}',
    ],
    [
      'imports without a comma at the end',
      '{\n  imports: [\n    A,\n    B\n  ]\n}',
      '{\n  imports: [\n    A,\n    B,\n    ETagModule.forRoot()\n  ]\n}',
    ],
    [
      'a comment for imports',
      '{ imports: [/* A */] }',
      '{ imports: [/* A */ETagModule.forRoot()] }',
    ],
    ['a variable', '{ imports: all }', '{ imports: [...(all), ETagModule.forRoot()] }'],
    ['a shorthand', '{ imports }', '{ imports: [...imports, ETagModule.forRoot()] }'],
    [
      'the name in a comment',
      '{ imports: [/* ETagModule */ A] }',
      '{ imports: [/* ETagModule */ A, ETagModule.forRoot()] }',
    ],
  ])('extends a module with %s', async (_, metadata, extended) => {
    expect(await module(`${before}\n@Module(${metadata})\nexport class AppModule {}\n`)).toBe(
      `${after}\n@Module(${extended})\nexport class AppModule {}\n`,
    );
  });

  it.each([
    '{ imports: [ETagModule.forRoot()] }',
    "{ imports: [ETagModule.forRoot({ cacheControl: 'no-cache' })] }",
    '{ imports: [ETagModule.forRootAsync({ useFactory: () => ({}) })] }',
  ])('changes nothing where the module is imported: %s', async (metadata) => {
    const text = `${after}\n@Module(${metadata})\nexport class AppModule {}\n`;
    expect(await module(text)).toBe(text);
  });

  it('changes nothing the second time', async () => {
    const once = await module(`${before}\n@Module({ imports: [A] })\nexport class AppModule {}\n`);
    expect(await module(once)).toBe(once);
  });

  it.each([
    ["import { ETag } from 'nestjs-etag';", "import { ETag, ETagModule } from 'nestjs-etag';"],
    ["import { ETagModule } from 'nestjs-etag';", "import { ETagModule } from 'nestjs-etag';"],
    [
      "import type { ETagEvent } from 'nestjs-etag';",
      "import type { ETagEvent } from 'nestjs-etag';\nimport { ETagModule } from 'nestjs-etag';",
    ],
    [
      'import { A } from "./a.js"',
      'import { A } from "./a.js"\nimport { ETagModule } from "nestjs-etag"',
    ],
    [
      "import { A } from './a';\r\n",
      "import { A } from './a';\r\nimport { ETagModule } from 'nestjs-etag';\r\n",
    ],
  ])('imports the class as the file imports others: %s', async (statement, extended) => {
    const rest = '\n@Module({ imports: [] })\nexport class AppModule {}\n';
    expect(await module(statement + rest)).toBe(
      extended + rest.replace('[]', '[ETagModule.forRoot()]'),
    );
  });

  it('takes the name that the class has in the file', async () => {
    const text = `import { ETagModule as Tags } from 'nestjs-etag';\n\n@Module({ imports: [A] })\nclass AppModule {}\n`;
    expect(await module(text)).toBe(text.replace('[A]', '[A, Tags.forRoot()]'));
  });

  it('extends the class that main.ts creates the application from, wherever it is', async () => {
    const { files } = await added(
      {
        'apps/shop/src/main.ts':
          "import { Shop } from './shop/shop.module';\nNestFactory.create<NestExpressApplication>(Shop, { cors: true });\n",
        'apps/shop/src/shop/shop.module.ts':
          '@Module({})\nclass Other {}\n\n@Module({})\nexport class Shop {}\n',
        'apps/shop/src/app.module.ts': '@Module({})\nexport class AppModule {}\n',
      },
      'apps/shop/src',
    );
    expect(files['apps/shop/src/shop/shop.module.ts']).toBe(
      "import { ETagModule } from 'nestjs-etag';\n@Module({})\nclass Other {}\n\n@Module({imports: [ETagModule.forRoot()]})\nexport class Shop {}\n",
    );
    expect(files['apps/shop/src/app.module.ts']).not.toContain('ETagModule');
  });

  it('says what to do next', async () => {
    const files = { 'src/app.module.ts': '@Module({})\nexport class AppModule {}\n' };
    const first = await added(files);
    expect(first.said).toMatch(
      /^ETagModule\.forRoot\(\) is among the imports in src\/app\.module\.ts\./,
    );
    expect(first.said).toMatch(/put @ETag\(\) on a controller/);
    const second = await added(first.files);
    expect(second.said).toMatch(/^ETagModule is imported in src\/app\.module\.ts already\./);
  });

  it.each([
    ['no root module', {}, 'There is no root module in src: write'],
    [
      'a module that is made elsewhere',
      { 'src/app.module.ts': '@Module(metadata)\nexport class AppModule {}\n' },
      'src/app.module.ts has no @Module({ … }) that could be extended: write',
    ],
  ])('says what to write where there is %s', async (_, files, sentence) => {
    await expect(added(files as Record<string, string>)).rejects.toThrow(sentence);
  });
});
