import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { picture } from './picture.mjs';
import { tables } from './tables.mjs';

/** Where the results of every run are left. */
const RESULTS = new URL('results/', import.meta.url);

/** Prints what was measured, and writes it down as a page and a picture. */
export async function publish(results) {
  const text = `# Measured\n\n${circumstances(results)}\n\n${tables(results)}`;
  process.stdout.write(text);
  await mkdir(RESULTS, { recursive: true });
  const page = await format(text, { parser: 'markdown', printWidth: 120 });
  await writeFile(new URL('benchmark.md', RESULTS), page);
  await writeFile(new URL('benchmark.svg', RESULTS), picture(results));
  process.stderr.write(`Written to ${fileURLToPath(RESULTS)}\n`);
}

function circumstances(results) {
  const [{ model }] = cpus();
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, Node ${process.versions.node}, ${cpus().length} × ${model}, 16 connections, ${results.rounds} rounds; CPU time per request of the server, medians, bigger is faster. \`npm run bench -- --long\` measures it on your machine.`;
}
