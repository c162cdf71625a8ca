import { createHash } from 'node:crypto';
import { PreconditionFailedException, UseInterceptors } from '@nestjs/common';
import { map } from 'rxjs';
import { startNest } from './nest.mjs';

/** The interceptor that people write: it serializes to hash, and Nest serializes again. */
export function start(settings) {
  return startNest(settings, (articles) => ({
    on: [UseInterceptors(new HandWrittenInterceptor(articles))],
  }));
}

class HandWrittenInterceptor {
  constructor(articles) {
    this.articles = articles;
  }

  async intercept(context, next) {
    const http = context.switchToHttp();
    const request = http.getRequest();
    const response = http.getResponse();
    if (request.method === 'PUT') await this.refuseStale(request);
    return next.handle().pipe(
      map((body) => {
        const etag = tagOf(body);
        response.header('ETag', etag);
        if (request.method !== 'GET' || request.headers['if-none-match'] !== etag) return body;
        response.status(304);
        return undefined;
      }),
    );
  }

  async refuseStale({ headers, params }) {
    const current = await this.articles.find(params.id);
    if (headers['if-match'] !== tagOf(current)) throw new PreconditionFailedException();
  }
}

function tagOf(body) {
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  return `"${digest.slice(0, 32)}"`;
}
