import { subscribe } from 'node:diagnostics_channel';
import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { ETAG_CHANNEL, SkipETag } from '../../../src/index.js';
import type { ETagEvent } from '../../../src/index.js';

/** Counts what happens to conditional requests, from the start of the process. */
@Injectable()
export class ETagMetrics {
  private readonly counts = new Map<string, number>();

  constructor() {
    subscribe(ETAG_CHANNEL, (message) => this.count(message as ETagEvent));
  }

  /** In the text format of Prometheus. */
  text(): string {
    const lines = [...this.counts].map(
      ([labels, count]) => `etag_events_total{${labels}} ${count}`,
    );
    return ['# TYPE etag_events_total counter', ...lines, ''].join('\n');
  }

  private count({ kind, handler, reason }: ETagEvent): void {
    // Never the tags or the URL: each one would be a time series of its own.
    const labels = `kind="${kind}",handler="${handler}",reason="${reason ?? ''}"`;
    this.counts.set(labels, (this.counts.get(labels) ?? 0) + 1);
  }
}

@Controller('metrics')
@SkipETag()
export class MetricsController {
  constructor(private readonly metrics: ETagMetrics) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4')
  read(): string {
    return this.metrics.text();
  }
}
