import { afterEach, expect, it } from '@jest/globals';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import { processLocks } from '../../src/nest/locks/index.js';
import type { WriteLocks } from '../../src/nest/locks/index.js';
import { describeOnEachAdapter } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { gate, until } from '../support/gate.js';

/** What both applications read and write. */
class Store {
  note = { text: 'untouched' };
  atWork = 0;
  goOn = gate();
}

let store = new Store();

@Controller('note')
@ETag()
class NoteController {
  @Get()
  read(): object {
    return store.note;
  }

  @Put()
  @IfMatch()
  async replace(@Body() note: { text: string }): Promise<object> {
    store.atWork += 1;
    await store.goOn.opened;
    store.note = note;
    return note;
  }
}

/** Counts who has asked for a lock. */
class CountedLocks implements WriteLocks {
  asked = 0;
  private readonly locks = processLocks();

  acquire: WriteLocks['acquire'] = (key, wait) => {
    this.asked += 1;
    return this.locks.acquire(key, wait);
  };
  run: WriteLocks['run'] = (keys, work, wait) => this.locks.run(keys, work, wait);
}

describeOnEachAdapter('two applications in one process, over one store', (start) => {
  let apps: Running[] = [];

  afterEach(() => Promise.all(apps.map((app) => app.close())));

  /** One writer at each application, with the same tag; the first is at work when the second comes to the lock. */
  async function writeAtBoth(
    first: CountedLocks,
    second: CountedLocks,
    isTogether: () => boolean,
  ): Promise<number[]> {
    store = new Store();
    apps = [];
    for (const atomicity of [first, second]) {
      apps.push(await start({ controllers: [NoteController], etag: { atomicity } }));
    }
    const [here, there] = apps as [Running, Running];
    const { etag } = (await here.send('GET /note')).headers;
    const write = (app: Running, text: string) =>
      app.send({
        path: '/note',
        method: 'PUT',
        headers: { 'if-match': String(etag), 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
      });
    const answers = [write(here, 'here')];
    await until(() => store.atWork === 1);
    answers.push(write(there, 'there'));
    await until(isTogether);
    store.goOn.open();
    return (await Promise.all(answers)).map(({ status }) => status);
  }

  it('exclude each other with one object of locks', async () => {
    const locks = new CountedLocks();
    const statuses = await writeAtBoth(locks, locks, () => locks.asked === 2);
    expect([statuses, store.note]).toEqual([[200, 412], { text: 'here' }]);
  });

  it('do not with one each', async () => {
    const statuses = await writeAtBoth(
      new CountedLocks(),
      new CountedLocks(),
      () => store.atWork === 2,
    );
    expect(statuses).toEqual([200, 200]);
  });
});
