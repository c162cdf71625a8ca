import { RequestMethod } from '@nestjs/common';
import type { Type } from '@nestjs/common';

/**
 * What Nest itself writes down about controllers and handlers.
 *
 * The keys are spelled out here because neither major exports them from a package root
 * (`@nestjs/common/constants` is gone in 12, `@nestjs/common/internal` absent in 11). This is the
 * only file that knows them; the suite runs it on both majors.
 */
const PATH = 'path';
const METHOD = 'method';
const GUARDS = '__guards__';
const INTERCEPTORS = '__interceptors__';
const ROUTE_ARGUMENTS = '__routeArguments__';
const CUSTOM_ARGUMENT = '__customRouteArgs__';
const RESPONSE_PASSTHROUGH = '__responsePassthrough__';
const HEADERS = '__headers__';
const SERVER_SENT_EVENTS = '__sse__';
const VERSION = '__version__';
const REDIRECT = '__redirect__';
const VIEW = '__renderTemplate__';
const MODULE_PATH = '__module_path__';
const FASTIFY_ROUTE_SCHEMA = '__fastify_route_schema__';

/** A method of a controller. */
export type Handler = (...args: never[]) => unknown;
/** A controller class. */
export type Controller = Type<unknown> | (abstract new (...args: never[]) => unknown);
/** What may stand in `@UseGuards()` or `@UseInterceptors()`: a class or an instance. */
export type Enhancer = object;

/** Nest's numbers for what a parameter decorator asks for (`RouteParamtypes`, not exported). */
const RouteParameter = { Request: 0, Response: 1, Next: 2 } as const;

function read(key: string, target: object): unknown {
  return Reflect.getMetadata(key, target) as unknown;
}

/** The HTTP method a handler is mapped to, or `undefined` when it is no route. */
export function verbOf(handler: Handler): string | undefined {
  const verb = read(METHOD, handler) as RequestMethod | undefined;
  return verb === undefined ? undefined : RequestMethod[verb];
}

/** The paths of a handler or a controller, without slashes at their ends. */
export function pathsOf(target: object): readonly string[] {
  const path = (read(PATH, target) ?? '') as string | readonly string[];
  return [path].flat().map((one) => one.replace(/^\/+|\/+$/g, ''));
}

/** The path that `RouterModule` gives a module, without slashes at the ends; empty for none. */
export function modulePathOf(module: object, applicationId: string): string {
  const path = (read(`${MODULE_PATH}${applicationId}`, module) ??
    read(MODULE_PATH, module) ??
    '') as string;
  return path.replaceAll(/^\/+|\/+$/g, '');
}

/** The API versions of a handler (`@Version()`) or a controller, as texts; none for one that says nothing. */
export function versionsOf(target: object): readonly string[] {
  const versions = [read(VERSION, target) ?? []].flat() as (string | symbol)[];
  return versions.map(String);
}

export function guardsOf(target: object): readonly Enhancer[] {
  return (read(GUARDS, target) ?? []) as Enhancer[];
}

export function setGuards(target: object, guards: readonly Enhancer[]): void {
  Reflect.defineMetadata(GUARDS, guards, target);
}

export function interceptorsOf(target: object): readonly Enhancer[] {
  return (read(INTERCEPTORS, target) ?? []) as Enhancer[];
}

/** The fields that `@Header()` adds to every answer of a handler. */
export function headersOf(
  handler: Handler,
): readonly { readonly name: string; readonly value: string | (() => string) }[] {
  return (read(HEADERS, handler) ?? []) as { name: string; value: string | (() => string) }[];
}

/** Whether a handler streams server-sent events. */
export function sendsEvents(handler: Handler): boolean {
  return read(SERVER_SENT_EVENTS, handler) === true;
}

/** Whether a handler's value is not what is sent: `@Render()` or `@Redirect()`. */
export function sendsSomethingElse(handler: Handler): boolean {
  return read(VIEW, handler) !== undefined || read(REDIRECT, handler) !== undefined;
}

/** Whether a handler answers by itself: `@Res()` or `@Next()` without `passthrough`. */
export function answersItself(controller: Controller, name: string): boolean {
  const passthrough: unknown = Reflect.getMetadata(RESPONSE_PASSTHROUGH, controller, name);
  return (
    passthrough !== true &&
    parametersOf(controller, name).some(
      ({ type }) => type === RouteParameter.Response || type === RouteParameter.Next,
    )
  );
}

/** Whether one of the handler's parameters is filled by a decorator whose factory carries this mark. */
export function takesParameter(controller: Controller, name: string, mark: string): boolean {
  return parametersOf(controller, name).some(
    ({ factory }) => factory !== undefined && Object.hasOwn(factory, mark),
  );
}

interface Parameter {
  readonly type: number | undefined;
  readonly factory: object | undefined;
}

function parametersOf(controller: Controller, name: string): readonly Parameter[] {
  const metadata: Record<string, { factory?: object }> =
    (Reflect.getMetadata(ROUTE_ARGUMENTS, controller, name) as never) ?? {};
  return Object.entries(metadata).map(([key, { factory }]) => ({
    type: key.includes(CUSTOM_ARGUMENT) ? undefined : Number(key.split(':')[0]),
    factory,
  }));
}

/**
 * Adds a parameter behind those that a handler has, that Nest fills with the request.
 *
 * @returns its index.
 */
export function addRequestParameter(controller: Controller, name: string): number {
  const parameters: Record<string, { index?: number; [OURS]?: true }> =
    (Reflect.getMetadata(ROUTE_ARGUMENTS, controller, name) as never) ?? {};
  const ours = Object.values(parameters).find((each) => each[OURS] === true);
  if (ours?.index !== undefined) return ours.index;
  const index = 1 + Math.max(-1, ...Object.values(parameters).map((each) => each.index ?? -1));
  const added = { index, data: undefined, pipes: [], [OURS]: true };
  Reflect.defineMetadata(
    ROUTE_ARGUMENTS,
    { ...parameters, [`${RouteParameter.Request}:${index}`]: added },
    controller,
    name,
  );
  return index;
}

/** Marks the parameter that was added, for the next application of the process. */
const OURS: unique symbol = Symbol.for('nestjs-etag:request-parameter');

/** The response schema that `@RouteSchema()` of the Fastify platform gives a handler. */
export function fastifyResponseSchemaOf(handler: Handler): unknown {
  return (read(FASTIFY_ROUTE_SCHEMA, handler) as { response?: unknown } | undefined)?.response;
}

/** Keys under which Nest, its OpenAPI package, TypeScript and this library keep what they know of a handler. */
const NOT_OF_APPLICATION =
  /^(__|swagger\/|design:|self:|optional:|nestjs-etag:|(path|method|host)$)/;

/** Whether metadata under a key is Nest's, Swagger's or ours, and not something that a guard of the application reads. */
export function isNestsOwnKey(key: unknown): boolean {
  return typeof key === 'string' && NOT_OF_APPLICATION.test(key);
}
