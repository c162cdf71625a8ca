import { parseEntityTagList } from '../../http/entity-tag-list.js';
import type { OnceLog } from '../checks/log.js';
import type { CurrentRepresentation } from '../current/current-representation.js';
import type { CurrentReader } from '../current/current-reader.js';
import type { GuardedRoute } from '../routes/route.js';
import type { IssuedTags } from './issued-tags.js';
import type { WriteRequest } from './write-request.js';

/**
 * `changed` says that somebody else wrote. Where it can be known that nobody did, the developer is told: such a refusal would
 * repeat itself for ever, for a person who is alone.
 */
export class FalseAlarms {
  private readonly looked = new WeakSet<GuardedRoute>();

  constructor(
    private readonly reader: CurrentReader,
    private readonly issued: IssuedTags,
    private readonly log: OnceLog,
  ) {}

  /** Looks at a refusal that says `changed`. */
  async look(request: WriteRequest, current: CurrentRepresentation): Promise<void> {
    this.lookAtAnswer(request);
    if (this.looked.has(request.route)) return;
    this.looked.add(request.route);
    await this.lookAgain(request, current);
  }

  /** The client sends what the last answer told it, and no other write came between. */
  private lookAtAnswer({ exchange, route, key }: WriteRequest): void {
    const list = parseEntityTagList(exchange.fields.ifMatch);
    if (list.kind !== 'tags' || !list.tags.some(({ opaque }) => this.issued.isLast(key, opaque))) {
      return;
    }
    this.log.warn(
      `${route.handlerName} answered 412 to the tag that this process put on the answer of the last write, and no write came between: what ${route.rule.current.route.handlerName} sends has changed by itself, or another process wrote it`,
      `answer before ${route.handlerName}`,
    );
  }

  /** Two reads in a row that differ: a token or the time in the body. Looked at once a route. */
  private async lookAgain(request: WriteRequest, current: CurrentRepresentation): Promise<void> {
    const again = await this.reader.readIfPossible(request);
    const [a, b] = [current.etag?.opaque, again?.etag?.opaque];
    if (a === undefined || b === undefined || a === b) return;
    const { route } = request;
    const read = route.rule.current.route.handlerName;
    this.log.warn(
      `${read} answers differently each time: two reads in a row have two entity tags, so that every save of ${route.handlerName} is refused although nobody else wrote. Take what differs (a token, the time) out of the body, or tag what matters: @WeakETag([…]) or @ETag({ version })`,
      `stability of ${read}`,
    );
  }
}
