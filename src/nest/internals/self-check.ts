import {
  Controller,
  Get,
  Header,
  Param,
  Put,
  Redirect,
  Render,
  Req,
  Res,
  Sse,
  UseGuards,
  UseInterceptors,
  Version,
  createParamDecorator,
} from '@nestjs/common';
import type { CanActivate, NestInterceptor } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import type { AbstractHttpAdapter, ModulesContainer } from '@nestjs/core';
import { putRunAround } from './handler-run.js';
import {
  answersItself,
  guardsOf,
  headersOf,
  interceptorsOf,
  pathsOf,
  sendsEvents,
  sendsSomethingElse,
  takesParameter,
  verbOf,
  versionsOf,
} from './nest-metadata.js';
import type { Handler } from './nest-metadata.js';
import { nestVersion } from './nest-version.js';
import { Router, loadRouterParts } from './router.js';
import type { RouterParts } from './router.js';

const MARK = 'nestjs-etag:probe';

/** What happened to the probe, in order. */
type Steps = string[];

/**
 * Checks that this version of Nest keeps guards, interceptors and parameters where we look for them, by a small guarded
 * handler of our own that is run through Nest's own router. It is no route of the application.
 *
 * @returns the parts of Nest's router.
 * @throws Error that names the version of Nest and says what to do.
 */
export async function selfCheck(): Promise<RouterParts> {
  const parts = await loadRouterParts();
  const steps: Steps = [];
  const Probe = probeController(steps);
  const problem = problemOfMetadata(Probe) ?? (await problemOfRouter(Probe, parts, steps));
  if (problem === undefined) return parts;
  throw new Error(
    `nestjs-etag does not know ${nestVersion()}, and would guard nothing: ${problem}. Update nestjs-etag, or go back to the version of Nest that you had`,
  );
}

function probeController(steps: Steps) {
  const guard = (name: string): CanActivate => ({ canActivate: () => steps.push(name) > 0 });
  const interceptor: NestInterceptor = {
    intercept: (_, next) => {
      steps.push('interceptor');
      return next.handle();
    },
  };
  const factory = (): string => 'custom';
  Object.defineProperty(factory, MARK, { value: true });
  const Custom = createParamDecorator(factory);

  @Controller('probes')
  @UseGuards(guard('guard of the class'))
  class Probe {
    @Put(':id')
    @Version('1')
    @Header('X-Probe', 'yes')
    @UseGuards(guard('guard of the handler'))
    @UseInterceptors(interceptor)
    update(@Param('id') id: string, @Custom() custom: string): string {
      steps.push(`handler of ${id}, ${custom}`);
      return 'answer';
    }

    @Get('own')
    own(@Res() response: unknown, @Req() request: unknown): void {
      void [response, request];
    }

    @Sse('events')
    events(): void {
      // Only its metadata are read.
    }

    @Get('moved')
    @Redirect('/')
    moved(): void {
      // Only its metadata are read.
    }

    @Get('view')
    @Render('view')
    view(): void {
      // Only its metadata are read.
    }
  }
  return Probe;
}

type ProbeClass = ReturnType<typeof probeController>;

/** What decorators leave is read where it is expected. */
function problemOfMetadata(Probe: ProbeClass): string | undefined {
  const { update, own, events, moved, view } = Probe.prototype as unknown as Record<
    string,
    Handler
  >;
  const handler = update as Handler;
  const expectations: Readonly<Record<string, boolean>> = {
    'the method of a route': verbOf(handler) === 'PUT',
    'the path of a route': pathsOf(handler)[0] === ':id' && pathsOf(Probe)[0] === 'probes',
    'the version of a route': versionsOf(handler)[0] === '1',
    'the guards of a controller': guardsOf(Probe).length === 1,
    'the guards of a handler': guardsOf(handler).length === 1,
    'the interceptors of a handler': interceptorsOf(handler).length === 1,
    'the header fields of a handler': headersOf(handler)[0]?.name === 'X-Probe',
    'the parameters of a handler': takesParameter(Probe, 'update', MARK),
    'that a handler answers by itself':
      answersItself(Probe, 'own') && !answersItself(Probe, 'update') && own !== undefined,
    'that a handler streams events': sendsEvents(events as Handler),
    'that a handler redirects or renders':
      sendsSomethingElse(moved as Handler) && sendsSomethingElse(view as Handler),
  };
  const missing = Object.keys(expectations).find((what) => expectations[what] === false);
  return missing === undefined ? undefined : `it does not keep ${missing} where it was kept`;
}

const EXPECTED: Steps = [
  'guard of the class',
  'guard of the handler',
  'interceptor',
  'run',
  'handler of 7, custom',
  'reply',
];

/** A guarded handler is called as it is expected: guards first and in order, then our run around the handler. */
async function problemOfRouter(
  Probe: ProbeClass,
  parts: RouterParts,
  steps: Steps,
): Promise<string | undefined> {
  const instance = new Probe();
  putRunAround(
    { handlerName: 'Probe.update', controller: Probe, name: 'update', instance },
    () => ({
      run: (call) => {
        steps.push('run');
        return call();
      },
    }),
  );
  const container = new Map([
    ['probe', { injectables: new Map(), providers: new Map(), controllers: new Map() }],
  ]);
  const router = new Router(
    parts,
    container as unknown as ModulesContainer,
    new ApplicationConfig(),
    probeAdapter(steps),
  );
  const call = router.callOf(
    {
      instance,
      callback: (instance as unknown as Record<string, Handler>)['update'] as Handler,
      name: 'update',
      moduleKey: 'probe',
      contextId: undefined,
      inquirerId: 'probe',
    },
    { guards: (all) => all, intercept: router.intercept },
  );
  const request = { httpVersion: '1.1', method: 'PUT', params: { id: '7' }, headers: {} };
  try {
    await call(request, {}, () => undefined);
  } catch (error) {
    return `a guarded handler of our own failed (${String(error)})`;
  }
  return steps.join() === EXPECTED.join()
    ? undefined
    : `a guarded handler of our own ran as ${steps.join(', ') || 'nothing at all'}, and not as ${EXPECTED.join(', ')}`;
}

/** Nest hands over the answer of a route without a status: a filter gives one. */
function probeAdapter(steps: Steps): AbstractHttpAdapter {
  return {
    status: () => undefined,
    setHeader: () => undefined,
    reply: (_response: unknown, value: unknown, statusCode?: number) => {
      steps.push(value === 'answer' && statusCode === undefined ? 'reply' : 'reply with a status');
    },
  } as unknown as AbstractHttpAdapter;
}
