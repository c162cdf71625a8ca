import fastifyCompress from '@fastify/compress';
import type { INestApplication, LoggerService } from '@nestjs/common';
import compression from 'compression';
import type { AppOptions, Running } from '../../support/each-adapter.js';
import { articleOf, controllerOf } from './articles.js';
import type { Article } from './articles.js';
import type { Mode } from './expectation.js';
import type { RunningProgram } from './programs/program.js';
import type { Asked, Outcomes, Proxy } from './proxies.js';
import { readerOf } from './reader.js';
import type { Reader } from './reader.js';

/** How application and proxy are set up, and what comes of it. */
export interface Setup {
  readonly proxy: Proxy;
  readonly outcomes: Outcomes;
  readonly mode: Mode;
  readonly isMended?: boolean;
  readonly noTransform?: boolean;
  readonly compresses?: boolean;
}

/** An application behind a proxy. */
export class Deployment {
  readonly articles = new Map<string, Article>();
  /** What the application had to say to its operator. */
  readonly warnings: string[] = [];
  private origin: Running | undefined;
  private program: RunningProgram | undefined;

  constructor(private readonly setup: Setup) {}

  async start(startOrigin: (options: AppOptions) => Promise<Running>): Promise<void> {
    const { proxy, mode, isMended = false, noTransform = false, compresses = false } = this.setup;
    this.origin = await startOrigin({
      controllers: [controllerOf(this.articles)],
      etag: {
        intermediaries: mode,
        ...(noTransform ? { cacheControl: 'private, no-cache, no-transform' } : {}),
      },
      configure: async (app) => {
        app.useLogger(recorderOf(this.warnings));
        if (compresses) await compress(app);
      },
    });
    this.program = await proxy.start(this.origin.url, isMended);
  }

  async stop(): Promise<void> {
    await this.program?.stop();
    await this.origin?.close();
  }

  /** The public address of an article. */
  urlOf(id: string): string {
    return `${this.program?.url}/articles/${id}`;
  }

  /** Puts an article there, and answers who reads and writes it through the proxy. */
  publish(id: string, asked: Asked, article = articleOf('before')): Reader {
    this.articles.set(id, article);
    return readerOf(this.urlOf(id), asked);
  }
}

interface FastifyInstance {
  register(plugin: unknown): Promise<void>;
}

/** As each platform's documentation says to compress in the process itself. */
export async function compress(app: INestApplication): Promise<void> {
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'express') app.use(compression());
  else await (adapter.getInstance() as FastifyInstance).register(fastifyCompress);
}

/** Keeps the warnings and errors of an application, and shows none. */
function recorderOf(warnings: string[]): LoggerService {
  const nothing = (): void => undefined;
  return {
    log: nothing,
    warn: (message: string) => void warnings.push(message),
    error: (message: string) => void warnings.push(message),
  };
}
