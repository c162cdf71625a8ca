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
import { comparedWith } from './bar.mjs';
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
const milliseconds = options.long ? 200 : 100;

/** The short form looks at one size of entities, unless it looks at a few cells only. */
const sizes = options.long || options.only !== '' ? COMPARED_SIZES : ['10 KB'];

/** How long a server answers before it is timed: until V8 has compiled what it runs through, and again after it was idle. */
const LEAD_IN = options.long ? { idle: 4_000, busy: 500 } : { idle: 1_500, busy: 300 };

/** After so many milliseconds a server counts as idle: V8 has thrown away what it knew. */
const IDLE = 3_000;

/** What is left to write down. */
const MARGIN = 0.97;
const deadline = performance.now() + minutes * 60_000 * MARGIN;

const cells = chosenCells();
const servers = await startServers();
const lastAsked = new Map();
const results = new Results(cells.map(({ variant }) => variant.name));
try {
  await checkAll();
  for (const [index, cell] of cells.entries()) {
    const left = (deadline - performance.now()) / (cells.length - index);
    await measureInRounds(cell, performance.now() + left);
    process.stderr.write(`\r${index + 1} of ${cells.length} `);
  }
  process.stderr.write('\n');
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
  const all = sizes.flatMap((size) =>
    variants.flatMap((variant) =>
      variant.scenarios.map((scenario) => ({ variant, scenario, size })),
    ),
  );
  const pattern = new RegExp(options.only);
  const chosen = all.filter(({ variant, scenario, size }) =>
    pattern.test(`${variant.name}, ${scenario}, ${size}`),
  );
  if (chosen.length === 0) throw new Error(`No cell matches ${options.only}`);
  return all.filter((cell) => chosen.some((each) => each === cell || isComparedWith(each, cell)));
}

/** Whether a cell is compared with another one: with its base, or because something is promised of the two. */
function isComparedWith({ variant, scenario, size }, other) {
  return [baseOf(scenario), ...comparedWith({ name: variant.name, scenario, size })].some(
    (than) =>
      than.name === other.variant.name && than.scenario === other.scenario && size === other.size,
  );
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

/**
 * A cell and what it is compared with, A B C A B C …, and every other round backwards: few
 * servers at a time, so that none is idle for long.
 */
async function measureInRounds(cell, end) {
  const group = cells.filter((each) => each === cell || isComparedWith(cell, each));
  for (const each of group) {
    const isIdle = performance.now() - (lastAsked.get(each.variant) ?? -Infinity) > IDLE;
    await ask(each, isIdle ? LEAD_IN.idle : LEAD_IN.busy);
  }
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    for (const each of round % 2 === 0 ? group : group.toReversed()) {
      results.add(named(cell), named(each), await ask(each, milliseconds));
    }
  }
}

async function ask({ variant, scenario, size }, lasting) {
  const server = servers.get(variant);
  const sample = await measure({ server, scenario, size, milliseconds: lasting });
  lastAsked.set(variant, performance.now());
  return sample;
}

function named({ variant, scenario, size }) {
  return { name: variant.name, scenario, size };
}
