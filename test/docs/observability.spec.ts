import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Put } from '@nestjs/common';
import { ETag, IfMatch } from '../../src/index.js';
import { startOn } from '../support/each-adapter.js';
import type { Running } from '../support/each-adapter.js';
import { ETagMetrics, MetricsController } from './support/etag-metrics.js';
import { has, messagesIn, phrasesIn } from './support/messages.js';
import { tokens } from './support/tokens.js';
import { warningOfSeveralInstances } from '../../src/nest/checks/several-instances.js';

const page = readFileSync(join(process.cwd(), 'docs/observability.md'), 'utf8');
const shown = /<!-- etag-metrics -->\n\n```ts\n(.*?)^```$/ms.exec(page)?.[1] ?? '';
const run = readFileSync(join(process.cwd(), 'test/docs/support/etag-metrics.ts'), 'utf8');

@Controller('articles')
@ETag()
class ArticlesController {
  @Get(':id')
  findOne(): unknown {
    return { title: 'Tags' };
  }

  @Put(':id')
  @IfMatch()
  update(): unknown {
    return { title: 'Tags' };
  }
}

describe('docs/observability.md', () => {
  let running: Running;

  beforeAll(async () => {
    running = await startOn('express', {
      controllers: [ArticlesController, MetricsController],
      providers: [ETagMetrics],
    });
  });
  afterAll(() => running.close());

  it('shows the exporter that is run here', () => {
    expect(tokens(shown)).toBe(tokens(run));
  });

  it('shows one that counts 304, 412 and 428', async () => {
    const { etag } = (await running.send('GET /articles/1')).headers;
    const requests = [
      { method: 'GET', headers: { 'If-None-Match': etag ?? '' } },
      { method: 'GET', headers: { 'If-None-Match': etag ?? '' } },
      { method: 'PUT', headers: { 'If-Match': '"stale"' } },
      { method: 'PUT', headers: {} },
    ];
    for (const request of requests) await running.send({ ...request, path: '/articles/1' });

    const metrics = await running.send('GET /metrics');
    expect(metrics.headers['content-type']).toContain('version=0.0.4');
    expect(metrics.headers.etag).toBeUndefined();
    expect(metrics.text).toBe(
      [
        '# TYPE etag_events_total counter',
        'etag_events_total{kind="not-modified",handler="ArticlesController.findOne",reason=""} 2',
        'etag_events_total{kind="precondition-failed",handler="ArticlesController.update",reason="changed"} 1',
        'etag_events_total{kind="precondition-required",handler="ArticlesController.update",reason="missing-precondition"} 1',
        '',
      ].join('\n'),
    );
  });

  describe('about the log', () => {
    const [, section = ''] = page.split('### Warnings');
    const phrases = phrasesIn(section);
    const atBoot = warningOfSeveralInstances({ environment: {}, isClusterWorker: true });
    const messages = [...messagesIn('src/nest').logged, atBoot ?? ''];

    it('has a row for every line above debug level', () => {
      const unknown = messages.filter((message) => !phrases.some((phrase) => has(message, phrase)));
      expect(messages.length).toBeGreaterThan(20);
      expect(unknown).toEqual([]);
    });

    it.each(phrases)('quotes what there is: %s', (phrase) => {
      expect(messages.some((message) => has(message, phrase))).toBe(true);
    });
  });
});
