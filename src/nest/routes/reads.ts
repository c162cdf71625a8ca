import type { DecoratedHandler } from './decorated-handlers.js';
import type { Route } from './route.js';

/** The reads of a controller, or of all: what writes are compared with. */
export type Reads = ReadonlyMap<DecoratedHandler, Route>;
