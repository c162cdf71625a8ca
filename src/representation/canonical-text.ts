/**
 * A text that equal values share and different values do not, whatever the order of their keys.
 *
 * It reads like JSON. Whatever JSON can say is said as `JSON.stringify` says it: `toJSON` is called
 * once a node, with the same key; a member that is undefined, a function or a symbol is left out, and
 * such an element of an array is `null`, as are NaN and the infinities; `-0` is `0`, a boxed primitive
 * is its value, a lone surrogate is its escape. So for all that JSON can say, two values share a
 * text exactly when their JSON reads back as equal, and a value out of a cache has the tag of the original.
 *
 * What JSON would lose or refuse has a text of its own, which begins as nothing in JSON does:
 *
 *     undefined                 the value itself, and a function or a symbol in its place
 *     1n                        a BigInt (unless BigInt.prototype has been given a toJSON)
 *     Map{"a":1,2:"b"}          ordered by the text of the entries: like an object's, their order says nothing
 *     Set[1,2]                  ordered by the text of the elements: a set has no order
 *     Uint8Array"AQID"          bytes in base64, a Buffer's too: its toJSON would write four times as much
 *     Float64Array[0.5,1]       the elements, so that the byte order of the machine does not matter
 */

/** How deep a value may nest: far beyond any entity, and well within what the call stack holds. */
export const DEEPEST = 1000;

/** Up to so many keys an insertion sort is faster than the engine's own, which is made for long lists. */
const FEW_KEYS = 24;

/** Text without quotes, backslashes, control characters and surrogates, which is its own JSON. */
const NEEDS_NO_ESCAPE = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Names in the path of an error before the rest is left out. */
const NAMES_SHOWN = 8;

/** An object that is being written, what it is called there, and the one that it is within. */
interface Ancestor {
  readonly value: object;
  readonly name: string | number;
  readonly parent: Ancestor | undefined;
  readonly depth: number;
}

/**
 * The canonical text of a value.
 *
 * @param value any value: a plain one, an entity with `toJSON`, a Map, bytes.
 * @param key the property that holds the value, which its `toJSON` is told; `''` if none does.
 * @param path where the value was found, for the texts of errors.
 * @throws TypeError where the value contains itself (it names both places), and RangeError where it
 * nests deeper than a thousand levels. What a getter or a `toJSON` throws passes through.
 *
 * @example
 * canonicalText({ name: 'Shaun', age: 27 }); // '{"age":27,"name":"Shaun"}'
 */
export function canonicalText(value: unknown, key = '', path = key): string {
  return textOf(value, key, undefined, path) ?? 'undefined';
}

/** What JSON makes of a value before it writes it: the answer of its `toJSON`, else the value itself. */
export function jsonForm(value: unknown, key: string | number): unknown {
  if (!mayHaveToJSON(value)) return value;
  const { toJSON } = value;
  if (typeof toJSON !== 'function' || ArrayBuffer.isView(value)) return value;
  return toJSON.call(value, String(key));
}

/** The JSON of a string, without the call of JSON.stringify where nothing needs an escape. */
export function quoted(text: string): string {
  return NEEDS_NO_ESCAPE.test(text) ? `"${text}"` : JSON.stringify(text);
}

function mayHaveToJSON(value: unknown): value is { toJSON?: unknown } {
  switch (typeof value) {
    case 'object':
      return value !== null;
    case 'bigint':
    case 'function':
      return true;
    default:
      return false;
  }
}

/** The text of a value, or undefined where there is nothing that JSON would write. */
function textOf(
  value: unknown,
  key: string | number,
  parent: Ancestor | undefined,
  name: string | number = key,
): string | undefined {
  const form = jsonForm(value, key);
  switch (typeof form) {
    case 'string':
      return quoted(form);
    case 'number':
      return numberText(form);
    case 'boolean':
      return form ? 'true' : 'false';
    case 'bigint':
      return `${form}n`;
    case 'object':
      return form === null ? 'null' : objectText(form, parent, name);
    default:
      return undefined;
  }
}

function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : 'null';
}

function objectText(
  value: object,
  parent: Ancestor | undefined,
  name: string | number,
): string | undefined {
  const self = descend(value, parent, name);
  if (Array.isArray(value)) return arrayText(value, self);
  return isPlain(value) ? membersText(value, self) : exoticText(value, self);
}

function descend(value: object, parent: Ancestor | undefined, name: string | number): Ancestor {
  const self = { value, name, parent, depth: parent === undefined ? 1 : parent.depth + 1 };
  for (let ancestor = parent; ancestor !== undefined; ancestor = ancestor.parent) {
    if (ancestor.value === value) throw cycle(self, ancestor);
  }
  if (self.depth > DEEPEST) throw tooDeep(pathOf(self));
  return self;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function arrayText(array: readonly unknown[], self: Ancestor): string {
  let text = '[';
  for (let index = 0; index < array.length; index++) {
    if (index > 0) text += ',';
    text += textOf(array[index], index, self) ?? 'null';
  }
  return `${text}]`;
}

function membersText(value: object, self: Ancestor): string {
  let text = '';
  for (const key of sortedKeys(value)) {
    const member = textOf((value as Record<string, unknown>)[key], key, self);
    if (member === undefined) continue;
    text += text === '' ? `${quoted(key)}:${member}` : `,${quoted(key)}:${member}`;
  }
  return `{${text}}`;
}

function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end] as string;
    let place = end;
    while (place > 0 && (keys[place - 1] as string) > key) {
      keys[place] = keys[place - 1] as string;
      place--;
    }
    keys[place] = key;
  }
  return keys;
}

/** An instance of a class: of one that JSON unwraps or empties, else of one whose own members count. */
function exoticText(value: object, self: Ancestor): string | undefined {
  if (value instanceof Number) return numberText(Number(value));
  if (value instanceof String) return quoted(String(value));
  if (value instanceof Boolean || value instanceof BigInt) return textOf(value.valueOf(), '', self);
  if (ArrayBuffer.isView(value)) return viewText(value);
  switch (kindOf(value)) {
    case 'Map':
      return mapText(value as Map<unknown, unknown>, self);
    case 'Set':
      return setText(value as Set<unknown>, self);
    case 'ArrayBuffer':
    case 'SharedArrayBuffer':
      return viewText(new Uint8Array(value as ArrayBuffer));
    default:
      return membersText(value, self);
  }
}

/** By its tag and not by `instanceof`, which fails for what another realm made (`structuredClone` in Jest). */
function kindOf(value: object): unknown {
  return (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
}

function mapText(map: Map<unknown, unknown>, self: Ancestor): string {
  const entries = Array.from(map, ([key, value]) => {
    const name = textOf(key, '', self, 'key') ?? 'undefined';
    return `${name}:${textOf(value, typeof key === 'string' ? key : name, self) ?? 'undefined'}`;
  });
  return `Map{${entries.sort().join(',')}}`;
}

function setText(set: Set<unknown>, self: Ancestor): string {
  const elements = Array.from(set, (element, index) => textOf(element, index, self) ?? 'undefined');
  return `Set[${elements.sort().join(',')}]`;
}

function viewText(view: ArrayBufferView): string {
  const kind = String(kindOf(view));
  if ('BYTES_PER_ELEMENT' in view && view.BYTES_PER_ELEMENT !== 1) {
    return `${kind}[${(view as Float64Array).join(',')}]`;
  }
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return `${kind}"${bytes.toString('base64')}"`;
}

function cycle(self: Ancestor, ancestor: Ancestor): TypeError {
  return new TypeError(
    `${pathOf(self)} refers back to ${pathOf(ancestor)}: a value that contains itself has no text. Select properties that do not lead back, or leave that one out with toJSON.`,
  );
}

/** The error for a value that nests deeper than {@link DEEPEST} levels. */
export function tooDeep(path: string): RangeError {
  return new RangeError(
    `${path} nests deeper than ${DEEPEST} levels: select the properties that matter further up.`,
  );
}

function pathOf(place: Ancestor): string {
  const names: (string | number)[] = [];
  for (let at: Ancestor | undefined = place; at !== undefined; at = at.parent) {
    if (at.name !== '') names.unshift(at.name);
  }
  if (names.length === 0) return 'The value';
  return names.length > NAMES_SHOWN ? `${names.slice(0, NAMES_SHOWN).join('.')}…` : names.join('.');
}
