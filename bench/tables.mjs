import { claims } from './bar.mjs';

const WRITES = ['PUT unguarded', 'PUT fresh', 'PUT stale'];

/** All that was measured, as Markdown. */
export function tables(results) {
  return [
    '### Reads: speed relative to a default Nest + Express application\n',
    ratios(results, ['200', '304']),
    '### Writes: speed relative to an unguarded PUT on Nest + Express\n',
    ratios(results, WRITES),
    '### What was promised\n',
    promised(results),
    '### Microseconds of CPU time and requests per second\n',
    figures(results),
  ].join('\n');
}

function ratios(results, scenarios) {
  const columns = results.sizes.flatMap((size) =>
    scenarios.map((scenario) => ({ size, scenario })),
  );
  const rows = results.names
    .map((name) => ({ name, speeds: columns.map((column) => results.speed({ name, ...column })) }))
    .filter(({ speeds }) => speeds.some((speed) => speed !== undefined))
    .map(({ name, speeds }) => [name, ...speeds.map(times)]);
  return table(['', ...columns.map(({ size, scenario }) => `${size}, ${scenario}`)], rows);
}

function promised(results) {
  const rows = claims(results).map(({ says, size, atLeast, measured }) => [
    says,
    size,
    times(atLeast),
    times(measured),
    measured >= atLeast ? 'holds' : '**does not hold**',
  ]);
  return table(['', 'entity', 'at least', 'measured', ''], rows);
}

function figures(results) {
  const rows = results.names.flatMap((name) =>
    results.sizes.flatMap((size) =>
      ['200', '304', ...WRITES]
        .map((scenario) => ({ name, scenario, size }))
        .filter((cell) => results.has(cell))
        .map((cell) => [name, size, cell.scenario, ...figuresOf(results, cell)]),
    ),
  );
  return table(['', 'entity', '', 'µs', '±', 'requests/s', 'throughput, times the base'], rows);
}

function figuresOf(results, cell) {
  const { median, spread } = results.cpu(cell);
  const rate = results.requestsPerSecond(cell);
  return [
    median.toFixed(1),
    `${Math.round(spread * 100)} %`,
    String(Math.round(rate)),
    times(results.speed(cell, undefined, 'time')),
  ];
}

/** A ratio as it is read: `0.97`, `1.23`, `12.4`, `31`. */
export function times(speed) {
  if (speed === undefined) return '–';
  return speed.toFixed(speed < 10 ? 2 : speed < 20 ? 1 : 0);
}

/** Rows as Markdown. */
export function table(head, rows) {
  const line = (row) => `| ${row.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}
