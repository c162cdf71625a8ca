import type { Rule, SchematicContext, Tree } from '@angular-devkit/schematics';
import { compilerOf } from './compiler.js';
import { importETagModule } from './import-etag-module.js';
import { findRootModule } from './root-module.js';

/** Options of `nest add nestjs-etag`. */
export interface NestAddOptions {
  /** The folder that `main.ts` is in. */
  readonly sourceRoot?: string;
}

const BY_HAND =
  "write `import { ETagModule } from 'nestjs-etag';` in your root module, and add `ETagModule.forRoot()` to its imports";

const NEXT = `
Next:
  - put @ETag() on a controller: its GET handlers then answer with an entity tag, and 304 to clients that have it already;
  - put @IfMatch() on its PUT and PATCH handlers: nobody then overwrites a change that they have not seen.

node_modules/nestjs-etag/README.md says which decorator when.
`;

/**
 * `nest add nestjs-etag`: adds `ETagModule.forRoot()` to the root module. Once; a second time changes nothing.
 *
 * @throws Error where the root module cannot be found or extended, with what to write instead.
 */
export function nestAdd({ sourceRoot = 'src' }: NestAddOptions = {}): Rule {
  return (tree: Tree, { logger }: SchematicContext): Tree => {
    const compiler = compilerOf(process.cwd());
    if (compiler === undefined)
      throw new Error(`There is no TypeScript to read it with: ${BY_HAND}`);
    const root = findRootModule(compiler, sourceRoot, (path) => textOf(tree, path));
    const text = root === undefined ? undefined : textOf(tree, root.path);
    if (root === undefined || text === undefined) {
      throw new Error(`There is no root module in ${sourceRoot}: ${BY_HAND}`);
    }
    const extended = importETagModule(compiler, root, text);
    if (extended === undefined) {
      throw new Error(`${root.path} has no @Module({ … }) that could be extended: ${BY_HAND}`);
    }
    if (extended === text) {
      logger.info(`ETagModule is imported in ${root.path} already.\n${NEXT}`);
    } else {
      tree.overwrite(root.path, extended);
      logger.info(`ETagModule.forRoot() is among the imports in ${root.path}.\n${NEXT}`);
    }
    return tree;
  };
}

function textOf(tree: Tree, path: string): string | undefined {
  return tree.exists(path) ? tree.readText(path) : undefined;
}
