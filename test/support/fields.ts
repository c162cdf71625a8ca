import type { RawResponse } from './raw-request.js';

/** Fields of one connection or one moment, which say nothing about an answer. */
const OF_THE_MOMENT: ReadonlySet<string> = new Set(['date', 'connection', 'keep-alive']);

/**
 * The header fields of an answer as they came, sorted by name: `['content-length: 7', …]`. All of them but those
 * that two equal answers do not share, and Express's name.
 */
export function fieldsOf({ rawHeaders }: Pick<RawResponse, 'rawHeaders'>): readonly string[] {
  const fields: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!OF_THE_MOMENT.has(name) && name !== 'x-powered-by') {
      fields.push(`${name}: ${rawHeaders[index + 1]}`);
    }
  }
  return fields.sort();
}

/** The fields of an answer that do not describe its content: what a 304 to the same request has (RFC 9110 §15.4.5). */
export function fieldsOf304(answer: Pick<RawResponse, 'rawHeaders'>): readonly string[] {
  const describesContent =
    /^(content-(type|length|encoding|language|disposition)|transfer-encoding): /;
  return fieldsOf(answer).filter((field) => !describesContent.test(field));
}
