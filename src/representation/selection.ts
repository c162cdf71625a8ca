import { canonicalText, DEEPEST, isObject, jsonForm, quoted, tooDeep } from './canonical-text.js';

/**
 * The properties that a weak entity tag is made of (RFC 9110 §8.8.1: a weak validator may stay
 * the same while something changes that does not matter).
 *
 * A field is a dotted path: `name`, `address.city`, and `items.id` for every element of the array
 * `items`. A list is selected element by element. `toJSON` is honoured on the way, so that the fields
 * are those of what is sent.
 */
export interface Selection {
  /** The fields in the order of their code units, each once. */
  readonly fields: readonly string[];

  /**
   * The canonical text of the selected properties: the list of the fields, then the value with
   * nothing but them.
   *
   * A missing property and one that is undefined (or a function or a symbol) are the same, as in
   * JSON; null is another, and so is null on the way from null at its end.
   *
   * @throws TypeError where a selected property contains itself, RangeError where it nests deeper
   * than five hundred levels.
   *
   * @example
   * compileSelection(['name']).text({ name: 'Shaun', age: 27 }); // '["name"]{"name":"Shaun"}'
   */
  text(value: unknown): string;

  /**
   * The fields that the value has no such property for, as a misspelt one, for a report to the developer.
   *
   * Own and inherited properties count, methods do not: they never change. Within a list a field is
   * missing if it is in every element, so an empty list lacks nothing. Where null or undefined stands
   * on the way nothing can be said, so nothing is missing.
   */
  missing(value: unknown): readonly string[];
}

/** One step of all paths that share their beginning: a whole property, or the branches within it. */
interface Branch {
  readonly key: string;
  /** `"key":`, as it is written. */
  readonly label: string;
  /** The path up to here, for the texts of errors. */
  readonly path: string;
  /** undefined where the whole property is selected. */
  readonly branches: readonly Branch[] | undefined;
}

/** Names that lead to the prototype and never to content. */
const REFUSED_SEGMENTS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Reads a list of fields once, so that selecting is cheap.
 *
 * The order of the fields does not matter, and a field that stands twice counts once. Two different
 * lists never make the same text: the list is part of it.
 *
 * @throws TypeError for anything but a list of at least one dotted path, each of names that are not
 * empty and do not lead to a prototype.
 */
export function compileSelection(fields: readonly string[]): Selection {
  if (!Array.isArray(fields)) {
    throw new TypeError(
      `The selected fields must be a list, such as ['name', 'address.city'], not ${described(fields)}.`,
    );
  }
  if (fields.length === 0) {
    throw new TypeError(
      "The list of selected fields is empty: name at least one, such as ['name'], or use a strong tag for the whole.",
    );
  }
  for (const field of fields) refuseUnreadable(field);
  const sorted = Object.freeze(sortedOnce(fields));
  const branches = branchesOf(sorted);
  const header = JSON.stringify(sorted);
  return {
    fields: sorted,
    text: (value) => header + selectedText(value, '', branches, '', 0),
    missing: (value) => sorted.filter((field) => lacks(value, '', field.split('.'))),
  };
}

function refuseUnreadable(field: unknown): void {
  if (typeof field !== 'string') {
    throw new TypeError(`A selected field must be a string, not ${described(field)}.`);
  }
  for (const segment of field.split('.')) {
    if (segment === '') {
      throw new TypeError(
        `The selected field '${field}' has an empty name in it: write names with one dot between them, such as 'address.city'.`,
      );
    }
    if (REFUSED_SEGMENTS.has(segment)) {
      throw new TypeError(
        `The selected field '${field}' goes through '${segment}', which is no content: name a property of the entity.`,
      );
    }
  }
}

function sortedOnce(fields: readonly string[]): string[] {
  return [...new Set(fields)].sort();
}

function described(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'string' ? `the string '${value}'` : typeof value;
}

function branchesOf(fields: readonly string[], above = ''): readonly Branch[] {
  return Array.from(new Set(fields.map(firstName)), (key) => {
    const path = `${above}${key}`;
    const within = fields.filter((field) => field.startsWith(`${key}.`));
    const rests = within.map((field) => field.slice(key.length + 1));
    return {
      key,
      label: `${quoted(key)}:`,
      path,
      branches: fields.includes(key) ? undefined : branchesOf(rests, `${path}.`),
    };
  });
}

function firstName(field: string): string {
  return field.slice(0, `${field}.`.indexOf('.'));
}

/** The value with nothing but the branches; `undefined` where there is nothing that could have them. */
function selectedText(
  value: unknown,
  key: string | number,
  branches: readonly Branch[],
  path: string,
  listDepth: number,
): string {
  const form = jsonForm(value, key);
  if (form === null) return 'null';
  if (!isObject(form)) return 'undefined';
  if (Array.isArray(form)) return selectedList(form, branches, path, listDepth + 1);
  let text = '';
  for (const branch of branches) {
    const member = form[branch.key];
    if (text !== '') text += ',';
    text += branch.label;
    text +=
      branch.branches === undefined
        ? canonicalText(member, branch.key, branch.path)
        : selectedText(member, branch.key, branch.branches, branch.path, 0);
  }
  return `{${text}}`;
}

function selectedList(
  list: readonly unknown[],
  branches: readonly Branch[],
  path: string,
  listDepth: number,
): string {
  if (listDepth > DEEPEST) throw tooDeep(path === '' ? 'the list' : path);
  let text = '[';
  for (let index = 0; index < list.length; index++) {
    if (index > 0) text += ',';
    text += selectedText(list[index], index, branches, path, listDepth);
  }
  return `${text}]`;
}

function lacks(value: unknown, key: string | number, path: readonly string[]): boolean {
  const form = jsonForm(value, key);
  const [next, ...rest] = path;
  if (next === undefined) return typeof form === 'function';
  if (form === null || form === undefined) return false;
  if (!isObject(form)) return true;
  if (Array.isArray(form)) {
    return form.length > 0 && form.every((element, index) => lacks(element, index, path));
  }
  return !(next in form) || lacks(form[next], next, rest);
}
