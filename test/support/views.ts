import type { INestApplication } from '@nestjs/common';

type Done = (error: null, html: string) => void;

interface ViewData {
  readonly name: string;
}

/** What Express takes for a view, without a file. */
class View {
  readonly path = 'a view';

  render({ name }: ViewData, done: Done): void {
    done(null, htmlOf(name));
  }
}

/** Lets `@Render()` work without a template engine: every view is {@link htmlOf} the `name` in its data. */
export function useViews(app: INestApplication): void {
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'express') {
    const express = adapter.getInstance() as { set(name: string, value: unknown): void };
    express.set('view', View);
    express.set('view engine', 'html');
  } else {
    const fastify = adapter.getInstance() as Fastify;
    fastify.decorateReply('view', function (_view, { name }) {
      return this.header('Content-Type', 'text/html; charset=utf-8').send(htmlOf(name));
    });
  }
}

/** The page that a view makes of a name. */
export function htmlOf(name: string): string {
  return `<p>${name}</p>`;
}

interface Fastify {
  decorateReply(
    name: string,
    render: (this: FastifyReply, view: string, data: ViewData) => unknown,
  ): void;
}

interface FastifyReply {
  header(name: string, value: string): FastifyReply;
  send(body: string): unknown;
}
