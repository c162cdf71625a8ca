/**
 * Compiles the application as `nest build` does: TypeScript with the plugin of `@nestjs/swagger`, which reads types and
 * comments for the API document. Nest's command itself would add a hundred megabytes to every installation. Types are
 * checked by `npm run typecheck`.
 */
import { before as swagger } from '@nestjs/swagger/plugin';
import ts from 'typescript';

const host = {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => report([diagnostic]),
};
const file = `${import.meta.dirname}/tsconfig.build.json`;
console.log('Building the sample app …');
const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(file, {}, host);
const program = ts.createProgram(fileNames, options);
const { diagnostics } = program.emit(undefined, undefined, undefined, false, {
  before: [swagger({ introspectComments: true }, program)],
});
const problems = [...program.getSyntacticDiagnostics(), ...diagnostics];
report(problems);
process.exitCode = problems.length === 0 ? 0 : 1;

function report(found) {
  if (found.length === 0) return;
  console.error(
    ts.formatDiagnosticsWithColorAndContext(found, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: ts.sys.getCurrentDirectory,
      getNewLine: () => ts.sys.newLine,
    }),
  );
}
