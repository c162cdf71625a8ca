import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { takenOver, takeOverAdded } from '../copied.js';
import type { StandIn, StandInRequest } from '../platform.js';
import { setFields, unsentClass } from '../unsent-response.js';
import type { UnsentClass } from '../unsent-response.js';
import { ExpressHead } from './head.js';
import type { ExpressRequest, ExpressResponse } from './objects.js';

/** A class of responses that record what is set on them, and send nothing. */
export type StandInClass = new (
  ...given: ConstructorParameters<UnsentClass>
) => ExpressResponse & ServerResponse;

function standInClass(responses: object): StandInClass {
  class StandInResponse extends unsentClass(responses) {
    send(): this {
      return this;
    }
  }
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
  /** Those that the response begins with. */
  readonly fields: OutgoingHttpHeaders;
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
  { StandInResponse, fields, serialize }: Parts,
): StandIn {
  const standIn = new StandInResponse(request, response.socket);
  const get = takenOver(request, { ...own, res: standIn });
  standIn.req = get;
  takeOverAdded(response, standIn);
  setFields(standIn, fields);
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
