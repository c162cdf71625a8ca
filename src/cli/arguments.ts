import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf } from './message-of.js';
import type { Question, SaveOrder } from './question.js';

export const USAGE = `Usage: npx nestjs-etag doctor <url> [options]

Reads a resource as its clients do and reports what happens to its ETag on the way: what will fail because of
it, and the line that mends it. <url> is a resource that clients read with GET and save with PUT or PATCH.

The doctor sends only GET requests, unless you add --save. To see whether saves pass, it sends a GET with
If-Match: a server that uses nestjs-etag answers it as it would answer the save.

  -H, --header <name: value>   send this field with every request, such as 'Authorization: Bearer …';
                               may be repeated
  --read-only                  clients never save this resource: judge only reading
  --accepted <form>            'weakened' or 'recoded': the server's option intermediaries, where the doctor
                               cannot see it (it says so)
  --timeout <seconds>          how long each answer may take (30)
  -h, --help                   print this text

Try a write:
  --save                       also send one PUT to <url>. Its If-Match is a tag that no version has, its
                               content is what GET returned. A server that compares If-Match answers 412 and
                               changes nothing. Any other server carries it out: what GET does not show (a
                               password, say) may then be lost. The doctor prints the request before it
                               sends it.
  --method <PUT|PATCH>         with --save: how clients save the resource (PUT); a PATCH sends {}
  --body <file>                with --save: send this file instead

Exit code: 0 no problem found, 1 problems, 2 wrong arguments or no answer to examine.
`;

/**
 * Reads the arguments of the command.
 *
 * @throws Error that says what to write instead.
 */
export function readArguments(given: readonly string[]): Question | 'help' {
  const { values, positionals } = parse(given);
  if (values.help === true) return 'help';
  const [command, address, ...more] = positionals;
  if (command !== 'doctor') {
    throw new Error(
      `${command === undefined ? 'no command given' : `there is no command '${command}'`}: write npx nestjs-etag doctor <url>`,
    );
  }
  if (address === undefined || more.length > 0) {
    throw new Error(
      'doctor takes one URL: write npx nestjs-etag doctor https://example.com/articles/1',
    );
  }
  const isReadOnly = values['read-only'] === true;
  if (isReadOnly && values.save === true) {
    throw new Error('--read-only and --save exclude each other: leave one of them out');
  }
  return {
    url: urlOf(address),
    fields: Object.fromEntries((values.header ?? []).map(fieldOf)),
    isReadOnly,
    accepted: formOf(values.accepted),
    save: saveOf(values),
    timeout: secondsOf(values.timeout),
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        header: { type: 'string', short: 'H', multiple: true },
        'read-only': { type: 'boolean' },
        accepted: { type: 'string' },
        timeout: { type: 'string' },
        save: { type: 'boolean' },
        method: { type: 'string' },
        body: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Error(`${messageOf(error)} (npx nestjs-etag --help lists the options)`, {
      cause: error,
    });
  }
}

function urlOf(address: string): URL {
  // `localhost:3000/1` is a URL too, of the scheme localhost.
  if (/^https?:\/\//i.test(address) && URL.canParse(address)) return new URL(address);
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(address)) {
    throw new Error(
      `'${address}' is not an http or https URL: write https://example.com/articles/1`,
    );
  }
  const host = address.replace(/^\/\//, '');
  const full = `${/^(localhost|127\.|\[::1\])/.test(host) ? 'http' : 'https'}://${host}`;
  const hasHost = /^[^/?#]/.test(host) && URL.canParse(full);
  const instead = hasHost ? full : 'https://example.com/articles/1';
  throw new Error(`'${address}' is not a full URL: write ${instead}`);
}

function saveOf(values: {
  readonly save?: boolean | undefined;
  readonly method?: string | undefined;
  readonly body?: string | undefined;
}): SaveOrder | undefined {
  const { save, method, body } = values;
  if (save === true) {
    return {
      method: methodOf(method),
      content: body === undefined ? undefined : contentOf(body),
    };
  }
  for (const [name, value] of Object.entries({ method, body })) {
    if (value === undefined) continue;
    throw new Error(`--${name} describes the write of --save: add --save, or leave --${name} out`);
  }
  return undefined;
}

function methodOf(method = 'PUT'): 'PUT' | 'PATCH' {
  const name = method.toUpperCase();
  if (name === 'PUT' || name === 'PATCH') return name;
  throw new Error(
    `--method must be PUT or PATCH, not ${method}: a server that ignores If-Match would carry the ${name} out`,
  );
}

function contentOf(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`--body: ${messageOf(error)}`, { cause: error });
  }
}

function fieldOf(line: string): [string, string] {
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*)$/s.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw new Error(
      `--header must be 'name: value', such as 'Authorization: Bearer …', not '${line}'`,
    );
  }
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
    throw new Error(`--header ${name} holds a character that no header field can carry`);
  }
  if (OWN_FIELDS.has(name.toLowerCase())) {
    throw new Error(`--header ${name}: the doctor sets this field itself; leave it out`);
  }
  return [name, value];
}

const OWN_FIELDS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'content-length',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'transfer-encoding',
]);

function formOf(form: string | undefined): Question['accepted'] {
  if (form === undefined || form === 'weakened' || form === 'recoded') return form;
  throw new Error(`--accepted must be weakened or recoded, not ${form}`);
}

function secondsOf(text = '30'): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 3600) return seconds;
  throw new Error(`--timeout must be a number of seconds from above 0 to 3600, not ${text}`);
}
