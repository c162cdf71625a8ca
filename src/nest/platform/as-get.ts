/**
 * A request of another method, seen as the GET of the same resource: without a body, and with a memory of its own for
 * what the read puts on it. All else is the request's.
 *
 * A proxy, and not an object that inherits from the request: V8 treats an object differently from the moment it is
 * the prototype of another, and every later access to the real request would pay for it.
 *
 * @param own what differs besides method and body.
 */
export function asGet<Request extends object>(
  request: Request,
  own: Partial<Request> = {},
): Request {
  const differing = { __proto__: null, method: 'GET', body: undefined, ...own };
  return new Proxy(differing, new Overlay(request)) as unknown as Request;
}

/** Shows what the proxied object has, and what the request has where it has nothing. */
class Overlay implements ProxyHandler<object> {
  constructor(private readonly request: object) {}

  get(own: object, name: PropertyKey): unknown {
    return Reflect.get(name in own ? own : this.request, name);
  }

  has(own: object, name: PropertyKey): boolean {
    return name in own || name in this.request;
  }

  getPrototypeOf(): object | null {
    return Object.getPrototypeOf(this.request) as object | null;
  }
}
