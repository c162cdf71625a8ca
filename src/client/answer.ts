/** The entity tag of an answer as it arrived, or `undefined`; `tagHeader` wins over `ETag`. */
export function entityTagOf(response: Response, tagHeader?: string): string | undefined {
  const { headers } = response;
  return (tagHeader && headers.get(tagHeader)) || headers.get('ETag') || undefined;
}

/** Whether the body that the fields describe is JSON: `application/json`, `application/problem+json`, … */
export function declaresJson(headers: Headers): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(headers.get('Content-Type') ?? '');
}

/** The body: parsed if it is JSON, else its text; `undefined` if there is none. */
export async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  return declaresJson(response.headers) ? parsed(text) : text || undefined;
}

/** The value of what was declared to be JSON: the text itself if it is none, `undefined` if it is empty. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // A gateway's error page under the wrong name must not hide the status it came with.
    return text || undefined;
  }
}

/**
 * The URL whose representation the answer to a write holds: the target's, unless `Content-Location`
 * names another (RFC 9110 §6.4.2); for what a POST created, `Location`. `undefined` if the answer
 * names none, or one of another origin, which it must not speak for.
 */
export function describedUrl(method: string, url: string, response: Response): string | undefined {
  const said =
    response.headers.get('Content-Location') ??
    (method === 'POST' ? response.status === 201 && response.headers.get('Location') : url);
  if (!said || !URL.canParse(said, url)) return undefined;
  const described = new URL(said, url);
  described.hash = '';
  return described.origin === new URL(url).origin ? described.href : undefined;
}
