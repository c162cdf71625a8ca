import { it } from '@jest/globals';
import { startOn } from '../support/each-adapter.js';
import { run } from '../../src/cli/run.js';
import { advisedProxies } from './support/advised.js';
import { articleOf, controllerOf } from './support/articles.js';
import compression from 'compression';
import { request } from '../support/raw-request.js';

for (const proxy of advisedProxies()) {
  it(proxy.name + ' ' + proxy.title, async () => {
    const articles = new Map([['1', articleOf('before')]]);
    const origin = await startOn('express', {
      controllers: [controllerOf(articles)],
      etag: { ...(proxy.cacheControl === undefined ? {} : { cacheControl: proxy.cacheControl }) },
      configure: (app) => { if (proxy.compresses) app.use(compression()); },
    });
    let advised: string[] = [];
    for (const round of [1, 2]) {
      const program = await proxy.start(origin.url, advised);
      let output = '';
      const write = (text: string): void => void (output += text);
      try {
        const code = await run(['doctor', program.url + '/articles/1'], { write }, { write });
        const raw = await request(program.url + '/articles/1', { headers: { 'Accept-Encoding': 'gzip', 'If-Match': '"zzz"' } });
        process.stderr.write(`##### ${proxy.name} ${proxy.title} round ${round} ${advised} => ${code}\n${output}\n${JSON.stringify(raw.headers)}\n\n`);
      } finally { await program.stop(); }
      const block = output.split(`  - at ${proxy.name},`)[1] ?? '';
      const [first = '', ...more] = block.split('\n');
      const inline = first.slice(first.indexOf(': ') + 2);
      advised = first.endsWith(':') ? more.slice(0, more.findIndex((l) => !l.startsWith('      '))).map((l) => l.trim()) : [inline];
    }
    await origin.close();
  });
}
