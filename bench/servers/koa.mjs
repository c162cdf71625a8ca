import { once } from 'node:events';
import Koa from 'koa';
import conditional from 'koa-conditional-get';
import etag from '@koa/etag';
import { Articles } from '../articles.mjs';

/** Koa with the two middlewares of its organisation. */
export async function start() {
  const articles = new Articles();
  const app = new Koa();
  app.use(conditional());
  app.use(etag());
  app.use(async (context) => {
    context.body = await articles.find(context.path.slice('/articles/'.length));
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}
