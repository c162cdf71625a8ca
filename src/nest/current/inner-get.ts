import { HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExecutionContext } from '@nestjs/common';
import { PRECONDITION_READ } from '../internals/etag.constants.js';
import type { ResolvedETagOptions } from '../options/etag.options.js';
import type { Platform, StandIn } from '../platform/platform.js';
import type { Route } from '../routes/route.js';
import { AddressOfRead } from './address-of-read.js';
import { MISSING } from './current-representation.js';
import type { CurrentRepresentation } from './current-representation.js';
import type { GetHandlers } from './get-handlers.js';
import { readingOf } from './reading.js';
import type { GuardedRequest, ReadRequest, Reading } from './reading.js';
import { RefusalByStatus, hasContent } from './refusal-by-status.js';
import type { Representations } from './representations.js';

/**
 * A GET within the request of a write: its handler with guards, pipes and interceptors, on a request and a response that
 * stand in for those of the write.
 */
export class InnerGet {
  /** Of each write, for each GET that is read within it. */
  private readonly addresses = new Map<Route, Map<Route, AddressOfRead>>();

  constructor(
    private readonly platform: Platform,
    private readonly handlers: GetHandlers,
    private readonly representations: Representations,
    private readonly options: Pick<ResolvedETagOptions, 'aroundRead'>,
  ) {}

  /** Reads once, in a unit of work of its own. */
  async read(request: ReadRequest, reading: Reading): Promise<CurrentRepresentation> {
    let found: CurrentRepresentation | undefined;
    await this.options.aroundRead(() => {
      const read = this.ofStandIn(request, reading).then((representation) => {
        found = representation;
        return representation.value;
      });
      // Where nobody waits for it, what it throws is told below, and ends no process.
      read.catch(() => undefined);
      return read;
    });
    if (found !== undefined) return found;
    throw new Error(
      "ETagModule.forRoot(): option 'aroundRead' did not call the read, or did not wait for it: write (read) => RequestContext.create(orm.em, read), or return what read() returns",
    );
  }

  /** A write that is answered with the redirect of its GET says where that leads. */
  showLocation({ context }: ReadRequest, error: unknown): void {
    if (!(error instanceof RefusalByStatus) || error.location === undefined) return;
    const head = this.platform.headOf(context.switchToHttp().getResponse());
    head.setField('Location', error.location);
  }

  /** An error that only a filter makes a 404 of, as GET itself would be answered. */
  async isMissingByFilter(request: GuardedRequest, error: unknown): Promise<boolean> {
    const { current } = request.route.rule;
    if (current.kind !== 'handler' || error instanceof HttpException) return false;
    const standIn = this.standInFor(request, readingOf(request.route));
    const host = argumentsOf(request.context, standIn);
    await this.handlers
      .filter(current.route, standIn.request, error, host)
      .finally(() => standIn.end());
    return isGone(standIn.head.status());
  }

  private async ofStandIn(request: ReadRequest, reading: Reading): Promise<CurrentRepresentation> {
    const { source } = reading;
    const standIn = this.standInFor(request, reading);
    try {
      const value = await this.valueOf(request, standIn, reading);
      const status = standIn.head.status();
      // Without a GET, the interceptors are those of the write, which may set the status that a write is answered with.
      if (status >= (source.kind === 'handler' ? 300 : 400)) throw refusalOf(standIn, value);
      if (source.kind === 'handler' && !hasContent(status)) return MISSING;
      const handler = source.kind === 'handler' ? source.route.handler : request.route.handler;
      return await this.representations.of(value, reading, standIn, handler);
    } finally {
      standIn.end();
    }
  }

  private standInFor({ context, route }: ReadRequest, { source, params: given }: Reading): StandIn {
    const http = context.switchToHttp();
    const request = http.getRequest<Addressed>();
    const own = { method: 'GET', body: undefined, [PRECONDITION_READ]: true };
    const stand = (params: Params, url?: string): StandIn =>
      this.platform.standIn(request, http.getResponse<object>(), { ...own, params }, url);
    if (source.kind === 'entity') return stand({ ...request.params });
    const address = this.addressOf(route, source.route);
    const params = given ?? address.paramsOf(request.params ?? {});
    return stand(params, address.urlOf(request.url, this.platform.templateOf(request), params));
  }

  private addressOf(write: Route, read: Route): AddressOfRead {
    const addresses = this.addresses.get(write) ?? new Map<Route, AddressOfRead>();
    this.addresses.set(write, addresses);
    const address = addresses.get(read) ?? new AddressOfRead(write, read);
    addresses.set(read, address);
    return address;
  }

  private async valueOf(
    { context, route, readEntity = (read) => read() }: ReadRequest,
    standIn: StandIn,
    { source, entity }: Reading,
  ): Promise<unknown> {
    const request = context.switchToHttp().getRequest<object>();
    if (entity !== undefined) {
      const through = source.kind === 'handler' ? source.route : route;
      return this.handlers.pass(through, standIn, entity);
    }
    return readEntity(async () => {
      if (source.kind === 'handler') {
        return this.handlers.call(route, source.route, standIn);
      }
      const controller = await this.handlers.controllerOf(route, request);
      return this.handlers.pass(route, standIn, () => source.read(controller, request));
    });
  }
}

type Params = Readonly<Record<string, unknown>>;

/** A request as the platform has it. */
interface Addressed {
  readonly url: string;
  readonly params?: Params;
}

/** The arguments of a filter, with what stands in for the request and the response. */
function argumentsOf(context: ExecutionContext, { request, response }: StandIn): ArgumentsHost {
  const given = [request, response, () => undefined];
  return Object.create(context, {
    getArgs: { value: () => given },
    getArgByIndex: { value: (index: number) => given[index] },
    switchToHttp: {
      value: () => ({
        getRequest: () => request,
        getResponse: () => response,
        getNext: () => given[2],
      }),
    },
  }) as ArgumentsHost;
}

function refusalOf({ head }: StandIn, value: unknown): RefusalByStatus {
  const status = head.status();
  const location = status < 400 ? head.field('Location') : undefined;
  return new RefusalByStatus(status, value, location?.toString());
}

/** Whether nothing is there, by the status of an answer or of an exception. */
export function isGone(status: number): boolean {
  return status === 404 || status === 410;
}
