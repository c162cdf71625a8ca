/** What Express, its router, `parseurl` and Node put on each request and response. */
const ON_REQUESTS = ['next', 'baseUrl', 'originalUrl', 'params', 'route', 'body', '_parsedUrl'];
const ON_RESPONSES = ['locals', 'statusCode', 'statusMessage'];

/**
 * Gives requests and responses the properties that each will have, before Express gives it another prototype: what
 * anybody can do for V8, with this library or without.
 */
export function reserveProperties(server) {
  let ofRouter = [];
  server.prependListener('request', (request, response) => {
    reserve(request, [...ON_REQUESTS, '_eventsCount', ...ofRouter]);
    reserve(response, ON_RESPONSES);
    if (ofRouter.length > 0) return;
    response.once('close', () => {
      ofRouter = Object.getOwnPropertySymbols(request).filter(({ description }) =>
        description?.startsWith('router.'),
      );
    });
  });
}

function reserve(object, names) {
  for (const name of names) {
    const value = object[name];
    object[name] = value;
  }
}
