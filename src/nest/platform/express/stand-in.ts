import { ServerResponse } from 'node:http';
import { takenOver, takeOverAdded } from '../copied.js';
import type { StandIn, StandInRequest } from '../platform.js';
import { ExpressHead } from './head.js';
import type { ExpressRequest, ExpressResponse } from './objects.js';

/** A class of responses that record what is set on them, and send nothing. */
export type StandInClass = new (request: ExpressRequest) => ExpressResponse;

/**
 * The class of the responses that stand in for those of an application. It has their prototype from the start:
 * to give each object one of its own, or to make each response the prototype of another, costs V8 more than all the rest
 * of a write.
 */
function standInClass(responses: object): StandInClass {
  class StandInResponse extends ServerResponse {
    send(): this {
      return this;
    }

    override end(): this {
      return this;
    }

    override write(): boolean {
      return true;
    }
  }
  Object.setPrototypeOf(StandInResponse.prototype, responses);
  return StandInResponse as unknown as StandInClass;
}

/** One class for each application: one that is mounted in another has a prototype of its own. */
export function standInClasses(): (response: ExpressResponse) => StandInClass {
  const classes = new WeakMap<object, StandInClass>();
  return (response) => {
    const prototype = Object.getPrototypeOf(response) as object;
    const known = classes.get(prototype);
    if (known !== undefined) return known;
    const made = standInClass(prototype);
    classes.set(prototype, made);
    return made;
  };
}

/** What {@link standInFor} works with. */
interface Parts {
  readonly StandInResponse: StandInClass;
  readonly serialize: (
    response: ExpressResponse,
    value: unknown,
  ) => string | Uint8Array | undefined;
}

/** Prepares to run a GET handler for a request of another method, on a response that only records. */
export function standInFor(
  request: ExpressRequest,
  response: ExpressResponse,
  own: StandInRequest,
  { StandInResponse, serialize }: Parts,
): StandIn {
  const standIn = new StandInResponse(request);
  const get = takenOver(request, { ...own, res: standIn });
  standIn.req = get;
  takeOverAdded(response, standIn);
  return {
    request: get,
    response: standIn,
    head: new ExpressHead(standIn),
    serialize: (value) => serialize(response, value),
    end: () => {
      standIn.emit('finish');
      standIn.emit('close');
    },
  };
}
