import { ALPHABETS } from '../articles.mjs';
import { ServerProcess } from '../server-process.mjs';
import { medians } from './medians.mjs';

const ROUNDS = 11;
const SIZES = ['10 KB', '100 KB'];

const VARIANTS = [
  { name: 'Express as it comes', module: 'plain', adapter: 'express' },
  { name: 'Express, strong', module: 'ours', adapter: 'express', tag: 'strong' },
  { name: 'Fastify + @fastify/etag', module: 'fastify-etag', adapter: 'fastify' },
  { name: 'Fastify, strong', module: 'ours', adapter: 'fastify', tag: 'strong' },
].map(({ name, module, ...settings }) => ({ name, module, settings }));

/** Whole requests, 200: a text that is not ASCII is encoded by whoever measures, hashes or writes it. */
export const alphabets = {
  name: 'What the text is written in: microseconds of CPU time for a 200',
  head: ['', ...VARIANTS.map(({ name }) => name)],
  rows: async () => {
    const servers = await Promise.all(VARIANTS.map((variant) => ServerProcess.start(variant)));
    try {
      const rows = [];
      for (const size of SIZES) {
        for (const alphabet of Object.keys(ALPHABETS)) {
          const name = `${size} ${alphabet}`;
          rows.push([name, ...(await rowOf(name, servers))]);
        }
      }
      return rows;
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  },
};

function rowOf(size, servers) {
  return medians(
    servers.map((server) => ({ server, scenario: '200', size })),
    ROUNDS,
  );
}
