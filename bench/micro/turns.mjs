import { part } from '../library.mjs';

const { Turns } = await part('nest/writes/turns.js');
const all = new Turns();
const write = async () => undefined;

/** What taking turns costs a write that nobody is in the way of. */
export const turns = [
  {
    name: 'turns: one writer',
    contestants: {
      'nestjs-etag': () => all.watch('articles 1').takeTurn(write),
      'without a turn': write,
    },
  },
];
