/**
 * `npm run bench`: whole requests, this library and its peers, in one run on one machine.
 *
 *   --long             half an hour, for publication: written to docs/
 *   --minutes=<n>      how long it may take; 3, or 30 with --long
 *   --only=<pattern>   cells whose name matches, such as 'Fastify.*304' or 'strong, PUT.*10 KB'; bases are always there
 *   --against=<path>   another build of this library (its dist/esm/index.js), to be compared with this one
 */
import { parseArgs } from 'node:util';
import { database } from '../sample-app/cluster/database.mjs';
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
const milliseconds = options.long ? 200 : 80;

/** The short form looks at one size of entities, unless it looks at a few cells only. */
const sizes = options.long || options.only !== '' ? COMPARED_SIZES : ['10 KB'];

/** How long a server answers before it is timed: until V8 has compiled what it runs through, and again after it was idle. */
const LEAD_IN = options.long ? { idle: 2_000, busy: 500 } : { idle: 600, busy: 150 };

/** How many requests a server answers at least before it is timed: one with a database takes longer for them. */
const LEAD_IN_REQUESTS = options.long ? 8_000 : 1_500;

/** After so many milliseconds a server counts as idle: V8 has thrown away what it knew. */
const IDLE = 3_000;

/** What is left to start and stop servers, and to write down. */
const MARGIN = 0.92;
const deadline = performance.now() + minutes * 60_000 * MARGIN;

const cells = chosenCells();
const results = new Results(cells.map(({ variant }) => variant.name));
const { url, stop } = await databaseOf(cells);
process.env.DATABASE_URL = url;
let left = cells.length;
try {
  for (const group of groupsOf(cells)) await measureGroup(group);
} finally {
  await stop();
}
process.stderr.write('\n');
await publish(results);

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

/** PostgreSQL, where some cells need it: the one at `DATABASE_URL`, or one from npm. */
async function databaseOf(some) {
  const isNeeded = some.some(({ variant }) => variant.settings?.stored === true);
  return isNeeded ? database(process.env.DATABASE_URL) : { url: '', stop: async () => undefined };
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

/** The cells of one variant and size each. */
function groupsOf(some) {
  return variantsOf(some).flatMap((variant) => {
    const ofVariant = some.filter((cell) => cell.variant === variant);
    return sizesOf(ofVariant).map((size) => ofVariant.filter((cell) => cell.size === size));
  });
}

/** What is measured beside a cell: itself and what it is compared with. */
function besides(cell) {
  return cells.filter((each) => each === cell || isComparedWith(cell, each));
}

/**
 * Measures some cells on servers that are started for them, and asked from the start. One that was asked a little and
 * then left alone can come out of it in another state, for good: the same Express application took 55 µs or 90.
 */
async function measureGroup(group) {
  const servers = new Map();
  const lastAsked = new Map();
  try {
    const starts = variantsOf(group.flatMap(besides)).map(async (variant) =>
      servers.set(variant, await ServerProcess.start(variant)),
    );
    await Promise.all(starts);
    const [{ variant, size }] = group;
    await checkAnswers(servers.get(variant), variant, size);
    for (const cell of group) {
      const share = (deadline - performance.now()) / left;
      await measureInRounds(cell, { servers, lastAsked }, performance.now() + share);
      left -= 1;
      process.stderr.write(`\r${cells.length - left} of ${cells.length} `);
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

/**
 * A cell and what it is compared with, A B C A B C …, and every other round backwards: few
 * servers at a time, so that none is idle for long.
 */
async function measureInRounds(cell, running, end) {
  const group = besides(cell);
  for (const each of group) {
    const isIdle = performance.now() - (running.lastAsked.get(each.variant) ?? -Infinity) > IDLE;
    await leadIn(each, running, isIdle);
  }
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    for (const each of round % 2 === 0 ? group : group.toReversed()) {
      results.add(named(cell), named(each), await ask(each, running, milliseconds));
    }
  }
}

async function leadIn(cell, running, isIdle) {
  const { requests } = await ask(cell, running, isIdle ? LEAD_IN.idle : LEAD_IN.busy);
  let missing = isIdle ? LEAD_IN_REQUESTS - requests : 0;
  while (missing > 0) missing -= (await ask(cell, running, LEAD_IN.busy)).requests;
}

async function ask({ variant, scenario, size }, { servers, lastAsked }, lasting) {
  const server = servers.get(variant);
  const sample = await measure({ server, scenario, size, milliseconds: lasting });
  lastAsked.set(variant, performance.now());
  return sample;
}

function named({ variant, scenario, size }) {
  return { name: variant.name, scenario, size };
}
