/** A member of a list, such as `max-age=60` or `"edge"; hit`: its name, and its value or its parameters. */
export interface Member {
  readonly name: string;
  /** What follows `=`, without quotes; `undefined` if there is none. */
  readonly value: string | undefined;
  readonly parameters: ReadonlyMap<string, string | undefined>;
}

/**
 * Reads a field that is a list of directives (RFC 9111 §5.2) or a structured list with parameters (RFC 8941 §3.1).
 * Names are in lower case. What is malformed is read as far as it goes.
 */
export function membersOf(field: string): readonly Member[] {
  return splitOutsideQuotes(field, ',')
    .map((member) => splitOutsideQuotes(member, ';').map(pairOf))
    .flatMap(([first, ...parameters]) =>
      first === undefined
        ? []
        : [{ name: first[0], value: first[1], parameters: new Map(parameters) }],
    );
}

function pairOf(text: string): readonly [string, string | undefined] {
  const [name = '', ...rest] = splitOutsideQuotes(text, '=');
  const value = rest.length === 0 ? undefined : rest.join('=').replaceAll('"', '');
  return [name.toLowerCase(), value];
}

/** The parts between separators that do not stand in a quoted string, without the empty ones. */
function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts = [''];
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    let character = text.charAt(index);
    if (isQuoted && character === '\\') character += text.charAt(++index);
    else if (character === '"') isQuoted = !isQuoted;
    if (character === separator && !isQuoted) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
