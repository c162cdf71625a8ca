import { median, ratio, spread } from './statistics.mjs';
import { BASE } from './variants.mjs';

/** What a scenario is compared with: the same on Nest + Express as it comes; a write with one that nothing guards. */
export function baseOf(scenario) {
  return { name: BASE, scenario: scenario.startsWith('PUT') ? 'PUT unguarded' : scenario };
}

/** What was measured: for every cell one sample a round. */
export class Results {
  #order;
  #samples = new Map();

  /** @param order the names of the variants, in the order in which they are to be listed. */
  constructor(order) {
    this.#order = [...new Set(order)];
  }

  add(cell, sample) {
    const key = keyOf(cell);
    this.#samples.set(key, [...(this.#samples.get(key) ?? []), sample]);
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
    return Math.min(...[...this.#samples.values()].map(({ length }) => length));
  }

  has(cell) {
    return this.#samples.has(keyOf(cell));
  }

  /** The CPU time of the server for one request, in microseconds: the median, and how far the rounds lie apart. */
  cpu(cell) {
    const values = this.#values(cell, 'cpu');
    return { median: median(values), spread: spread(values) };
  }

  requestsPerSecond(cell) {
    return median(this.#values(cell, 'time').map((time) => 1_000_000 / time));
  }

  /**
   * How many times as fast a cell is as another one, by CPU time: the median of the rounds. By default as its base.
   * `undefined` where one of them was not measured.
   */
  speed(cell, than = { ...baseOf(cell.scenario), size: cell.size }) {
    if (!this.has(cell) || !this.has(than)) return undefined;
    return ratio(this.#values(than, 'cpu'), this.#values(cell, 'cpu'));
  }

  #values(cell, quantity) {
    return this.#samples.get(keyOf(cell)).map((sample) => sample[quantity]);
  }

  #distinct(part) {
    return [...new Set([...this.#samples.keys()].map((key) => JSON.parse(key)[part]))];
  }
}

function keyOf({ name, scenario, size }) {
  return JSON.stringify([name, scenario, size]);
}
