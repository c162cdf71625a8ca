import type { IncomingHttpHeaders } from 'node:http';
import type { FieldValue } from '../../representation/tag-source.js';
import type { OnceLog } from '../checks/log.js';

/**
 * Notices tags that a page of another origin is sent and cannot read, so that it saves without
 * `If-Match`, or with `If-Match: null`. That is said once: CORS is set up for the whole application.
 */
export class UnexposedTags {
  private warned = false;

  constructor(private readonly log: OnceLog) {}

  /**
   * Looks at a tagged answer to a request that has an `Origin`.
   *
   * @param handlerName the handler: `UsersController.findOne`.
   * @param field reads the header fields of the answer.
   */
  inspect(
    request: IncomingHttpHeaders,
    origin: string,
    handlerName: string,
    field: (name: string) => FieldValue,
  ): void {
    if (this.warned || !isCrossOrigin(request, origin) || !mayBeRead(field) || exposesTag(field))
      return;
    this.warned = true;
    this.log.warn(
      `${handlerName} sent a page of ${origin} a tag that no script there can read, so it cannot save with If-Match: Access-Control-Expose-Headers does not name ETag. Write app.enableCors(etagCors()), or etagCors({ … }) around the CORS options you have; etagCors is exported by nestjs-etag`,
    );
  }
}

/** A browser says so itself; where it does not, the name that the server was called by must do. */
function isCrossOrigin(request: IncomingHttpHeaders, origin: string): boolean {
  const site = request['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  const host = origin.replace(/^.*:\/\//, '');
  return host !== request.host && host !== request['x-forwarded-host'];
}

/** Without Access-Control-Allow-Origin a page cannot read the answer at all, and nobody expects it to. */
function mayBeRead(field: (name: string) => FieldValue): boolean {
  return field('Access-Control-Allow-Origin') !== undefined;
}

/** `*` is a name like any other where credentials are sent (Fetch, §3.3.2). */
function exposesTag(field: (name: string) => FieldValue): boolean {
  const exposed = String(field('Access-Control-Expose-Headers'))
    .toLowerCase()
    .split(/[ \t]*,[ \t]*/);
  const wildcard = field('Access-Control-Allow-Credentials') !== 'true';
  return exposed.includes('etag') || (wildcard && exposed.includes('*'));
}
