import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { etag } from 'hono/etag';
import { Articles } from '../articles.mjs';

/** Hono on Node with its own etag middleware. */
export function start() {
  const articles = new Articles();
  const app = new Hono();
  app.use('/articles/*', etag());
  app.get('/articles/:id', async (context) =>
    context.json(await articles.find(context.req.param('id'))),
  );
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
  });
}
