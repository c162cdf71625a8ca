/** Sentry with tracing, before the application is loaded: `--import` or `--require`. Its events are written to our log. */
import { createTransport, init } from '@sentry/nestjs';

init({
  dsn: 'http://public@127.0.0.1:9/1', // never reached: the transport keeps what it gets
  tracesSampleRate: 1,
  registerEsmLoaderHooks: false, // the test registers the one that sees the inner files of Nest
  transport: (options) =>
    createTransport(options, ({ body }) => {
      const text = typeof body === 'string' ? body : Buffer.from(body).toString();
      for (const [, name] of text.matchAll(/"transaction":"([^"]+)"/g)) {
        console.log(`transaction ${name}`);
      }
      return Promise.resolve({ statusCode: 200 });
    }),
});
