import { IncomingMessage, ServerResponse, createServer } from 'node:http';
import { once } from 'node:events';

/**
 * Express sets the prototypes of every request and response to those of its application, which makes each a hidden
 * class of its own. Objects that are made with these prototypes are left as they are.
 */
export async function listenMatched(app) {
  const express = app.getHttpAdapter().getInstance();
  const classes = {
    IncomingMessage: withPrototype(IncomingMessage, express.request),
    ServerResponse: withPrototype(ServerResponse, express.response),
  };
  const server = createServer(classes, express).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

function withPrototype(Base, prototype) {
  function Matched(...given) {
    Base.apply(this, given);
  }
  Matched.prototype = prototype;
  return Matched;
}
