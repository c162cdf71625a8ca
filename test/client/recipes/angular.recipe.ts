import { HttpErrorResponse, type HttpInterceptorFn, HttpResponse } from '@angular/common/http';
import { catchError, from, switchMap, tap, throwError } from 'rxjs';
import { type ETagClient, MissingEntityTagError } from '../../../src/client/index.js';

/** Makes the writes of HttpClient conditional. Put it last, behind those that add credentials. */
export function entityTags(client: ETagClient): HttpInterceptorFn {
  return (request, next) => {
    const { urlWithParams: url, method, headers } = request;
    const overwrites = ['PUT', 'PATCH', 'DELETE'].includes(method);
    if (!overwrites && method !== 'GET') return next(request);

    if (overwrites && !headers.has('If-Match') && !headers.has('If-None-Match')) {
      const etag = client.remembered(url)?.etag;
      if (!etag) return throwError(() => new MissingEntityTagError(method, url));
      request = request.clone({ setHeaders: { 'If-Match': etag } });
    }
    return next(request).pipe(
      tap((event) => {
        if (!(event instanceof HttpResponse)) return;
        const etag = event.headers.get('ETag') ?? undefined;
        if (etag && event.body) client.remember({ url, etag, body: event.body });
        else client.forget(url);
      }),
      catchError((error: unknown) => {
        if (!(error instanceof HttpErrorResponse) || error.status !== 412) throw error;
        const fields = headers.keys().map((name) => [name, headers.get(name) ?? ''] as const);
        const collision = client.collision(url, request.body, {
          method,
          headers: Object.fromEntries(fields),
          reason: error.error?.reason,
        });
        return from(collision).pipe(switchMap((midAir) => throwError(() => midAir)));
      }),
    );
  };
}
