import { foreignParameters, trimmed } from '../routes/path-parameters.js';
import { pathOfRead } from '../routes/resource-key.js';
import type { Route } from '../routes/route.js';

type Params = Readonly<Record<string, unknown>>;

/** Where a GET is found that is read within the request of a write: its parameters and its URL. */
export class AddressOfRead {
  private readonly foreign: readonly string[];
  /** By the path of the write, as it was registered: that of the GET, where it is another. */
  private readonly paths = new Map<string, string | undefined>();

  constructor(
    private readonly write: Route,
    private readonly read: Route,
  ) {
    this.foreign = foreignParameters(write, read);
  }

  /** Without the parameters that only the path of the write has: GET would not see them. */
  paramsOf(params: Params): Params {
    if (this.foreign.length === 0) return { ...params };
    return Object.fromEntries(
      Object.entries(params).filter(([name]) => !this.foreign.includes(name)),
    );
  }

  /**
   * The URL that a GET of its own has, with the query of the write; `undefined` where it is that of the write, or where
   * the path of the GET has more than plain parameters (wildcards, patterns, what may be left out).
   *
   * @param url of the write.
   * @param template the path of the write, as it was registered.
   */
  urlOf(url: string, template: string, params: Params): string | undefined {
    const path = this.pathBeside(template);
    if (path === undefined) return undefined;
    const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
    const asSent = sentSegments(url.slice(0, url.length - query.length), template);
    const segments = segmentsOf(path).map((segment) => filled(segment, params, asSent));
    return segments.includes(undefined) ? undefined : `/${segments.join('/')}${query}`;
  }

  private pathBeside(template: string): string | undefined {
    if (this.paths.has(template)) return this.paths.get(template);
    const path = pathOfRead(template, this.write, this.read);
    const other = path === trimmed(template) ? undefined : path;
    this.paths.set(template, other);
    return other;
  }
}

const PLAIN_PARAMETER = /^:[\w$]+$/;
const PATTERN = /[:*?+(){}[\]\\]/;

/** A segment of a path with its parameter filled in; `undefined` for a pattern, and for a parameter that is not there. */
function filled(
  segment: string,
  params: Params,
  asSent: ReadonlyMap<string, string>,
): string | undefined {
  const sent = asSent.get(segment);
  if (!PLAIN_PARAMETER.test(segment)) return PATTERN.test(segment) ? undefined : (sent ?? segment);
  const value = params[segment.slice(1)];
  if (typeof value !== 'string') return undefined;
  // As the client wrote it: `@` and `%40` are one value.
  return sent !== undefined && decoded(sent) === value ? sent : encodeURIComponent(value);
}

/** What stands in a path for the segments of its template; nothing where they are not as many. */
function sentSegments(path: string, template: string): ReadonlyMap<string, string> {
  const [sent, written] = [segmentsOf(path), segmentsOf(template)];
  if (sent.length !== written.length) return new Map();
  return new Map(written.map((segment, at) => [segment, sent[at] as string]));
}

function segmentsOf(path: string): readonly string[] {
  return trimmed(path).split('/');
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
