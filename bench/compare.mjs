/**
 * `npm run bench`: whole requests, this library and its peers, in one run on one machine.
 *
 *   --long             half an hour, for publication: written to docs/
 *   --minutes=<n>      how long it may take; 3, or 30 with --long
 *   --only=<pattern>   cells whose name matches, such as 'Fastify.*304' or 'strong, PUT.*10 KB'; bases are always there
 *   --against=<path>   another build of this library (its dist/esm/index.js), to be compared with this one
 */
import { parseArgs } from 'node:util';
import { COMPARED_SIZES } from './articles.mjs';
import { checkAnswers } from './check.mjs';
import { measure } from './load.mjs';
import { publish } from './publish.mjs';
import { Results, baseOf } from './results.mjs';
import { ServerProcess } from './server-process.mjs';
import { VARIANTS, ofOtherBuild } from './variants.mjs';

const { values: options } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    only: { type: 'string', default: '' },
    against: { type: 'string' },
  },
});
const minutes = Number(options.minutes ?? (options.long ? 30 : 3));
const milliseconds = options.long ? 300 : 150;

/** What a round takes beyond its cells, and what is left to write down. */
const MARGIN = 0.93;
const deadline = performance.now() + minutes * 60_000 * MARGIN;

const cells = chosenCells();
const servers = await startServers();
const results = new Results(cells.map(({ variant }) => variant.name));
try {
  await checkAll();
  for (const [index, size] of sizesOf(cells).entries()) {
    const left = (deadline - performance.now()) / (sizesOf(cells).length - index);
    await measureInRounds(size, performance.now() + left);
  }
} finally {
  await Promise.all([...servers.values()].map((server) => server.stop()));
}
await publish(results, options);

/** Every variant, scenario and size that was asked for, and what it is compared with. */
function chosenCells() {
  const variants = [
    ...VARIANTS,
    ...(options.against === undefined ? [] : ofOtherBuild(options.against)),
  ];
  const all = COMPARED_SIZES.flatMap((size) =>
    variants.flatMap((variant) =>
      variant.scenarios.map((scenario) => ({ variant, scenario, size })),
    ),
  );
  const pattern = new RegExp(options.only);
  const chosen = all.filter(({ variant, scenario, size }) =>
    pattern.test(`${variant.name}, ${scenario}, ${size}`),
  );
  if (chosen.length === 0) throw new Error(`No cell matches ${options.only}`);
  return all.filter((cell) => chosen.includes(cell) || chosen.some((each) => isBaseOf(cell, each)));
}

function isBaseOf({ variant, scenario, size }, other) {
  const base = baseOf(other.scenario);
  return variant.name === base.name && scenario === base.scenario && size === other.size;
}

function sizesOf(some) {
  return [...new Set(some.map(({ size }) => size))];
}

function variantsOf(some) {
  return [...new Set(some.map(({ variant }) => variant))];
}

async function startServers() {
  const started = new Map();
  for (const variant of variantsOf(cells)) {
    started.set(variant, await ServerProcess.start(variant));
  }
  return started;
}

async function checkAll() {
  for (const [variant, server] of servers) {
    const ofVariant = cells.filter((cell) => cell.variant === variant);
    for (const size of sizesOf(ofVariant)) await checkAnswers(server, variant, size);
  }
}

/** A B C … A B C …, and every other round backwards; the first one only warms up. */
async function measureInRounds(size, end) {
  const ofSize = cells.filter((cell) => cell.size === size);
  for (let round = 0; round < 2 || performance.now() < end; round++) {
    for (const cell of round % 2 === 0 ? ofSize : ofSize.toReversed()) {
      const { variant, scenario } = cell;
      const server = servers.get(variant);
      const sample = await measure({ server, scenario, size, milliseconds });
      if (round > 0) results.add({ name: variant.name, scenario, size }, sample);
    }
    process.stderr.write(round === 0 ? `${size}: warm-up` : ` ${round}`);
  }
  process.stderr.write('\n');
}
