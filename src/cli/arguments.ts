import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf } from './message-of.js';
import type { Question } from './question.js';

export const USAGE = `Usage: npx nestjs-etag doctor <url> [options]

Asks a deployment as its clients do, and says what the way there and back does to entity tags, what will
fail because of it, and the line that mends it. <url> is a resource that is read with GET and saved with PUT.

Nothing is changed: the save carries a tag that no version ever had, so a server that looks at If-Match
refuses it. To one that does not, it brings what was just read.

  --method <PUT|PATCH>         how the resource is saved (PUT)
  --body <file>                what the save sends (PUT: what was read; PATCH: {})
  --no-save                    only reads
  -H, --header <name: value>   for every request, such as 'Authorization: Bearer …'; may be repeated
  --accepted <form>            which tags the server takes for its own where that cannot be seen from
                               outside: 'weakened' or 'recoded', its option intermediaries
  -h, --help                   this text

Exit code: 0 healthy, 1 problems, 2 wrong arguments or nothing to examine.
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
      `${command === undefined ? 'say what to do' : `there is no command '${command}'`}: npx nestjs-etag doctor <url>`,
    );
  }
  if (address === undefined || more.length > 0) {
    throw new Error('doctor takes one URL: npx nestjs-etag doctor https://example.com/articles/1');
  }
  return {
    url: urlOf(address),
    method: values['no-save'] === true ? undefined : methodOf(values.method),
    content: values.body === undefined ? undefined : contentOf(values.body),
    fields: Object.fromEntries((values.header ?? []).map(fieldOf)),
    accepted: formOf(values.accepted),
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      allowPositionals: true,
      options: {
        method: { type: 'string' },
        body: { type: 'string' },
        header: { type: 'string', short: 'H', multiple: true },
        'no-save': { type: 'boolean' },
        accepted: { type: 'string' },
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
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`'${address}' is no URL: write it in full, as https://example.com/articles/1`);
  }
  return url;
}

function methodOf(method = 'PUT'): 'PUT' | 'PATCH' {
  const name = method.toUpperCase();
  if (name === 'PUT' || name === 'PATCH') return name;
  throw new Error(
    `--method must be PUT or PATCH, not ${method}: a server that does not look at If-Match carries the request out, and what ${name} does there cannot be taken back`,
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
  const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined) {
    throw new Error(`--header must be 'name: value', as 'Authorization: Bearer …', not '${line}'`);
  }
  if (OWN_FIELDS.has(name.toLowerCase())) {
    throw new Error(`--header ${name} is what the doctor chooses itself, for each of its requests`);
  }
  return [name, value];
}

const OWN_FIELDS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'content-length',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-unmodified-since',
]);

function formOf(form: string | undefined): Question['accepted'] {
  if (form === undefined || form === 'weakened' || form === 'recoded') return form;
  throw new Error(`--accepted must be weakened or recoded, not ${form}`);
}
