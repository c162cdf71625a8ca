import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';

/** One request as the server saw it, and the status of its answer. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
}

/** What arrives at a server, in the order of arrival. */
export class Traffic {
  private readonly exchanges: [IncomingMessage, ServerResponse][] = [];
  private losing: string | undefined;

  /** Watches the server of an application: preflights too, which end before any middleware on Fastify. */
  watch(app: INestApplication): void {
    const server: Server = app.getHttpServer();
    server.prependListener('request', (request, response) => {
      this.exchanges.push([request, response]);
      if (request.method === this.losing) this.hangUp(request, response);
    });
  }

  /** Removes ETag from every answer, as some proxies do. */
  removeTags(app: INestApplication): void {
    const server: Server = app.getHttpServer();
    server.prependListener('request', (_request, response) => {
      const { writeHead } = response;
      response.writeHead = (status: number, ...more: unknown[]) => {
        response.removeHeader('ETag');
        const fields = more.map((each) => withoutTag(each));
        return Reflect.apply(writeHead, response, [status, ...fields]);
      };
    });
  }

  /** Carries the next request of this method out and hangs up instead of answering it. */
  loseAnswerTo(method: string): void {
    this.losing = method;
  }

  /** What has arrived since the last call, and was answered. */
  take(): Seen[] {
    return this.exchanges.splice(0).map(seen);
  }

  private hangUp({ socket }: IncomingMessage, response: ServerResponse): void {
    this.losing = undefined;
    response.end = () => {
      socket.destroy();
      return response;
    };
  }
}

function seen([{ method = '', url = '', headers }, { statusCode }]: [
  IncomingMessage,
  ServerResponse,
]): Seen {
  const { 'if-match': ifMatch, 'if-none-match': ifNoneMatch } = headers;
  return {
    method,
    path: url,
    status: statusCode,
    ...(ifMatch !== undefined && { ifMatch }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch }),
  };
}

/** The fields that are given to `writeHead`, if this argument is such an object. */
function withoutTag(argument: unknown): unknown {
  if (typeof argument !== 'object' || argument === null) return argument;
  return Object.fromEntries(
    Object.entries(argument).filter(([name]) => name.toLowerCase() !== 'etag'),
  );
}
