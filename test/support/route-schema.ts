import { it } from '@jest/globals';
import { SetMetadata } from '@nestjs/common';
import * as platform from '@nestjs/platform-fastify';

const isThere = 'RouteSchema' in platform;

/** Nest's own, or a decorator that does nothing: the first releases of Nest 11 have none. */
export const RouteSchema: typeof platform.RouteSchema = isThere
  ? platform.RouteSchema
  : (schema) => SetMetadata('unread', schema);

/** A test that needs `@RouteSchema()`: skipped where Nest has none. */
export const itWithRouteSchema = isThere ? it : it.skip;
