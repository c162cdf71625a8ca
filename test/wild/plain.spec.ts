import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { itKeepsTheContract, tally } from './support/contract.js';
import { ADAPTERS, start, withRunning } from './support/running.js';
import type { Running } from './support/running.js';

/** The control of the tests beside it: the same application, harness and contract, and no package of anybody. */
for (const nest of ['11', '12'] as const) {
  for (const adapter of ADAPTERS) {
    describe(`an application alone, on Nest ${nest} and ${adapter}`, () => {
      let running: Running;
      beforeAll(async () => {
        running = await start('notes', adapter, { nest, companions: ['witness'] });
      });
      afterAll(() => running.stop());

      it('shows a guard the method of the controller', async () => {
        const { headers } = await running.send('GET /notes/1');
        expect(headers['x-handler']).toBe('method');
      });

      itKeepsTheContract(() => running);
    });

    it(`loses updates of a resource that nobody guards, on Nest ${nest} and ${adapter}`, async () => {
      await withRunning(start('notes', adapter, { nest }), async ({ send }) => {
        const answers = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            send('PUT /drafts/1', { body: { title: `by ${index}` } }),
          ),
        );
        expect(tally(answers)).toEqual({ 200: 50 });
      });
    });
  }
}
