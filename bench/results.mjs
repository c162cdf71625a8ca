import { median, ratio, spread } from './statistics.mjs';
import { BASE } from './variants.mjs';

/** What a scenario is compared with: the same on Nest + Express as it comes; a write with one that nothing guards. */
export function baseOf(scenario) {
  return { name: BASE, scenario: scenario.startsWith('PUT') ? 'PUT unguarded' : scenario };
}

/** What was measured: for every cell one sample a round, of itself and of what it is compared with. */
export class Results {
  #order;
  /** By cell, and within by what was measured beside it. */
  #samples = new Map();

  /** @param order the names of the variants, in the order in which they are to be listed. */
  constructor(order) {
    this.#order = [...new Set(order)];
  }

  /** @param cell what the round is about. @param measured which of its group the sample is of. */
  add(cell, measured, sample) {
    const group = this.#samples.get(keyOf(cell)) ?? new Map();
    const key = keyOf(measured);
    this.#samples.set(keyOf(cell), group.set(key, [...(group.get(key) ?? []), sample]));
  }

  /** The variants, in the order in which they are listed. */
  get names() {
    const measured = this.#distinct(0);
    return this.#order.filter((name) => measured.includes(name));
  }

  get sizes() {
    return this.#distinct(2);
  }

  get rounds() {
    const groups = [...this.#samples.values()].flatMap((group) => [...group.values()]);
    return Math.min(...groups.map(({ length }) => length));
  }

  has(cell) {
    return this.#samples.has(keyOf(cell));
  }

  /** The CPU time of the server for one request, in microseconds: the median, and how far the rounds lie apart. */
  cpu(cell) {
    const values = this.#values(cell, cell, 'cpu');
    return { median: median(values), spread: spread(values) };
  }

  requestsPerSecond(cell) {
    return median(this.#values(cell, cell, 'time').map((time) => 1_000_000 / time));
  }

  /**
   * How many times as fast a cell is as another one: the median of the rounds that measured both. By default as its base, by
   * CPU time (`'cpu'`); by the time that passed (`'time'`). `undefined` where they were not measured together.
   */
  speed(cell, than = { ...baseOf(cell.scenario), size: cell.size }, quantity = 'cpu') {
    const [own, others] = [cell, than].map((each) => this.#values(cell, each, quantity));
    return own === undefined || others === undefined ? undefined : ratio(others, own);
  }

  #values(cell, measured, quantity) {
    const group = this.#samples.get(keyOf(cell));
    return group?.get(keyOf(measured))?.map((sample) => sample[quantity]);
  }

  #distinct(part) {
    return [...new Set([...this.#samples.keys()].map((key) => JSON.parse(key)[part]))];
  }
}

function keyOf({ name, scenario, size }) {
  return JSON.stringify([name, scenario, size]);
}
