import { existsSync, readFileSync, rmSync } from 'node:fs';

/** After the last test: the numbers as a table, and nothing left behind. */
export default function tearDown() {
  const file = process.env['NESTJS_ETAG_RESULTS'];
  if (existsSync(file)) {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    process.stdout.write(`\n${table(lines.map((line) => JSON.parse(line)))}\n`);
  }
  rmSync(process.env['NESTJS_ETAG_APPS'], { recursive: true, force: true });
}

const COLUMNS = ['who', 'how', 'scenario', 'requests', 'successes', 'refused', 'lost'];
const TITLES = { who: '', how: '', scenario: '', refused: '412' };

function table(results) {
  const rows = [COLUMNS.map((name) => TITLES[name] ?? name)];
  for (const result of results) rows.push(COLUMNS.map((name) => String(result[name])));
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column < 3 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join('  '),
    )
    .join('\n');
}
