import { ModulesContainer } from '@nestjs/core';
import type { ConditionalRequests } from '../nest/conditional-requests.js';
import { decoratedControllers } from '../nest/routes/decorated-handlers.js';
import type { DecoratedHandler } from '../nest/routes/decorated-handlers.js';
import { ETAG_CONDITIONAL_REQUESTS } from '../nest/internals/etag.constants.js';
import type { GuardedRoute, Route } from '../nest/routes/route.js';
import { documentCreation, documentRead } from './document-read.js';
import { documentWrite } from './document-write.js';
import type { OpenAPIDocument } from './openapi.js';
import { handlerOf, operationsOf } from './operations.js';
import { RefusalSchema } from './refusal-schema.js';

/** The part of an application that is needed here: `INestApplication` has it. */
export interface DocumentedApplication {
  get(token: unknown): unknown;
}

/**
 * Adds what the decorators say to an OpenAPI document: to each tagged GET its `ETag`, `If-None-Match`
 * and `304`; to each guarded write `If-Match`, `412`, `428` and `400`; what the options of the module and the
 * decorators add to those. What the document says already stays.
 *
 * @param document as `SwaggerModule.createDocument()` made it. It is changed.
 * @param app the application that it was made from, before or after it listens.
 * @returns the document.
 * @throws Error when the application does not import `ETagModule`, and what its decorators make it
 * fail with at boot.
 * @publicApi
 * @example
 * ```ts
 * const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
 * SwaggerModule.setup('docs', app, documentETags(document, app));
 * ```
 */
export function documentETags<Document extends { paths: object }>(
  document: Document,
  app: DocumentedApplication,
): Document {
  const modules = app.get(ModulesContainer) as ModulesContainer;
  const { routes, options } = conditionalRequestsOf(modules);
  const handlers = decoratedControllers(modules).flat();
  const openapi = document as unknown as OpenAPIDocument;
  const refusals = new RefusalSchema(options.problemDetails, options.refusalBody);
  for (const documented of operationsOf(openapi)) {
    const { operation, method } = documented;
    const route = routeOf(handlerOf(documented, handlers), routes);
    if (route === undefined) continue;
    if (isGuarded(route)) {
      refusals.addTo(openapi);
      documentWrite(operation, method, route, options, refusals);
    } else if (method === 'GET' || method === 'HEAD') {
      documentRead(operation, route, options);
    } else if (method === 'POST') {
      documentCreation(operation, route, options);
    }
  }
  return document;
}

/** Looked up among the providers: `app.get()` of an application ends the process where there is nothing. */
function conditionalRequestsOf(modules: ModulesContainer): ConditionalRequests {
  const found = [...modules.values()]
    .map(({ providers }) => providers.get(ETAG_CONDITIONAL_REQUESTS)?.instance)
    .find((instance) => instance !== undefined);
  if (found !== undefined) return found as ConditionalRequests;
  throw new Error(
    'documentETags() finds no ETagModule in this application: add ETagModule.forRoot() to the imports of its root module',
  );
}

function routeOf(
  declared: DecoratedHandler | undefined,
  routes: readonly Route[],
): Route | undefined {
  return routes.find(
    ({ controller, handler, path }) =>
      controller === declared?.controller && handler === declared.handler && path === declared.path,
  );
}

function isGuarded(route: Route): route is GuardedRoute {
  return route.rule !== undefined;
}
