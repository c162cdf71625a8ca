import { SIZES } from '../articles.mjs';
import { ServerProcess } from '../server-process.mjs';
import { medians } from './medians.mjs';

const ROUNDS = 7;

const CELLS = [
  { name: 'plain, 200', module: 'plain', scenario: '200' },
  { name: 'strong, 200', tag: 'strong', scenario: '200' },
  { name: 'strong, 304', tag: 'strong', scenario: '304' },
  { name: 'weak, 304', tag: 'weak', scenario: '304' },
  { name: 'version, 304', tag: 'version', scenario: '304' },
  { name: 'validator, 304', tag: 'validator', scenario: '304' },
].map(({ module = 'ours', tag, ...cell }) => ({
  ...cell,
  variant: { module, settings: { adapter: 'fastify', tag } },
}));

/** Whole requests on Fastify: a 304 of anything but a strong tag costs the same whatever the size. */
export const entitySize = {
  name: 'Size of the entity: microseconds of CPU time for a request (Fastify)',
  head: ['', ...CELLS.map(({ name }) => name)],
  rows: async () => {
    const servers = await Promise.all(CELLS.map(({ variant }) => ServerProcess.start(variant)));
    try {
      const rows = [];
      for (const size of Object.keys(SIZES)) rows.push([size, ...(await rowOf(size, servers))]);
      return rows;
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
};

function rowOf(size, servers) {
  return medians(
    CELLS.map(({ scenario }, index) => ({ server: servers[index], scenario, size })),
    ROUNDS,
  );
}
