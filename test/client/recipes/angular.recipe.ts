import {
  HttpErrorResponse,
  type HttpEvent,
  type HttpInterceptorFn,
  type HttpRequest,
  HttpResponse,
} from '@angular/common/http';
import { catchError, from, type Observable, of, switchMap, tap, throwError } from 'rxjs';
import {
  type ETagClient,
  type Failure,
  isLostAnswer,
  isMidAirCollision,
  isResponseError,
  MissingEntityTagError,
} from '../../../src/client/index.js';

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
    const send = (): Observable<HttpEvent<unknown>> =>
      next(request).pipe(tap((event) => learn(client, url, event)));
    // What got no answer is sent once more, with the tag of the first time.
    const save = (isFirst: boolean): Observable<HttpEvent<unknown>> =>
      send().pipe(
        catchError((error: unknown) =>
          failureOf(client, request, error).pipe(
            switchMap((failure) =>
              isFirst && isLostAnswer(failure) ? save(false) : of(settled(client, error, failure)),
            ),
          ),
        ),
      );
    return overwrites ? save(true) : send();
  };
}

function learn(client: ETagClient, url: string, event: HttpEvent<unknown>): void {
  if (!(event instanceof HttpResponse)) return;
  const etag = event.headers.get('ETag') ?? undefined;
  if (etag && event.body) client.remember({ url, etag, body: event.body });
  else client.forget(url);
}

/** The error that `client.put()` would throw. */
function failureOf(
  client: ETagClient,
  { urlWithParams, method, body, headers }: HttpRequest<unknown>,
  error: unknown,
): Observable<Failure | undefined> {
  if (!(error instanceof HttpErrorResponse)) return of(undefined);
  const { status } = error;
  const text = typeof error.error === 'string' ? error.error : JSON.stringify(error.error);
  const type = error.headers.get('Content-Type') ?? '';
  const response =
    status > 0 ? new Response(text, { status, headers: { 'Content-Type': type } }) : undefined;
  const fields = headers.keys().map((name) => [name, headers.get(name) ?? ''] as const);
  return from(
    client.failure(urlWithParams, body, {
      method,
      headers: Object.fromEntries(fields),
      response,
      cause: error,
    }),
  );
}

/** What is there already was saved: its answer was lost. */
function settled(client: ETagClient, error: unknown, failure?: Failure): HttpEvent<unknown> {
  if (isMidAirCollision(failure) && failure.alreadyApplied && failure.theirs) {
    const { url, body } = failure.theirs;
    client.remember(failure.theirs);
    return new HttpResponse({ status: 200, url, body });
  }
  throw !failure || isResponseError(failure) ? error : failure;
}
