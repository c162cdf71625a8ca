import { times } from './tables.mjs';

/** What the picture shows: the names as they are measured, and as they are short enough to stand there. */
const ROWS = [
  ['Nest + Express as it comes', 'Nest + Express as it comes', 'peer'],
  ['Nest + Express with reserved properties', '… with reserved properties', 'peer'],
  ['Nest + Express, hand-written interceptor', '… hand-written interceptor', 'peer'],
  ['nestjs-etag, Express, strong', '… @ETag()', 'ours'],
  ['nestjs-etag, Express, version', "… @ETag({ version: 'version' })", 'ours'],
  ['nestjs-etag, Express, weak', '… @WeakETag([…])', 'ours'],
  ['Nest + Fastify + @fastify/etag', 'Nest + Fastify + @fastify/etag', 'peer'],
  ['Nest + Fastify, hand-written interceptor', '… hand-written interceptor', 'peer'],
  ['nestjs-etag, Fastify, strong', '… @ETag()', 'ours'],
  ['nestjs-etag, Fastify, version', "… @ETag({ version: 'version' })", 'ours'],
  ['nestjs-etag, Fastify, weak', '… @WeakETag([…])', 'ours'],
  ['Koa + @koa/etag', 'Koa + @koa/etag', 'peer'],
  ['Hono + etag', 'Hono + etag', 'peer'],
];

const WIDTH = 1000;
const NAMES = 270;
const ROW = 24;
const TOP = 76;
const GAP = 26;

/** The ratios of the reads as bars, one panel for each size and scenario, on one logarithmic axis. */
export function picture(results) {
  const panels = results.sizes
    .filter((size) => size !== '1 KB' || results.sizes.length < 3)
    .flatMap((size) => ['200', '304'].map((scenario) => ({ size, scenario })));
  const rows = ROWS.filter(([name]) => results.names.includes(name));
  const speeds = rows.map(([name]) => panels.map((panel) => results.speed({ name, ...panel })));
  const width = (WIDTH - NAMES) / panels.length;
  const bars = width - GAP - 34;
  const height = TOP + rows.length * ROW + 44;
  const scale = scaleFor(
    speeds.flat().filter((speed) => speed !== undefined),
    bars,
  );

  const drawn = panels.map((panel, column) => {
    const left = NAMES + column * width + 8;
    const title = `<text class="panel" x="${left}" y="${TOP - 14}">${panel.size}, ${panel.scenario}</text>`;
    const one = left + scale(1);
    const line = `<line x1="${one}" x2="${one}" y1="${TOP - 6}" y2="${height - 40}"/>`;
    const ofRows = rows.map(([, , kind], row) =>
      bar({ speed: speeds[row][column], left, row, kind, scale }),
    );
    return [title, line, ...ofRows].join('\n');
  });
  const names = rows.map(
    ([, name, kind], row) =>
      `<text class="${kind}" x="${NAMES - 8}" y="${TOP + row * ROW + 13}" text-anchor="end">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Speed relative to a default Nest + Express application">
<style>
rect { fill: #9aa4b2 } rect.ours { fill: #d6336c } line { stroke: #868e96; stroke-dasharray: 2 3 }
text { fill: #343a40 } text.ours { font-weight: 600 } text.panel, text.title { font-weight: 600 } text.value { font-size: 11px }
@media (prefers-color-scheme: dark) { text { fill: #ced4da } rect { fill: #5c6773 } rect.ours { fill: #f06595 } }
</style>
<text class="title" x="8" y="22" font-size="16">Speed relative to a default Nest + Express application</text>
<text x="8" y="42">CPU time per request; logarithmic; the dotted line is 1; bigger is faster</text>
${names.join('\n')}
${drawn.join('\n')}
</svg>
`;
}

function scaleFor(speeds, width) {
  const least = Math.log(Math.min(0.5, ...speeds));
  const most = Math.log(Math.max(2, ...speeds));
  return (speed) => Math.round(((Math.log(speed) - least) / (most - least)) * width * 10) / 10;
}

function bar({ speed, left, row, kind, scale }) {
  if (speed === undefined) return '';
  const y = TOP + row * ROW;
  const [from, to] = [scale(Math.min(1, speed)), scale(Math.max(1, speed))];
  return `<rect class="${kind}" x="${left + from}" y="${y + 3}" width="${Math.max(1, to - from)}" height="13"/><text class="value" x="${left + to + 4}" y="${y + 13}">${times(speed)}</text>`;
}
