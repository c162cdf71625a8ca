/**
 * A text that equal values share and different values do not, whatever the order of their keys.
 *
 * It reads like JSON. Whatever JSON can say is said as `JSON.stringify` says it: `toJSON` is called
 * once a node, with the same key; a member that is undefined, a function or a symbol is left out, and
 * such an element of an array is `null`, as are NaN and the infinities; `-0` is `0`, a boxed primitive
 * is its value, a lone surrogate is its escape. So for all that JSON can say, two values share a
 * text exactly when their JSON reads back as equal, and a value out of a cache has the tag of the original.
 *
 * What JSON would lose or refuse has a text of its own, which no JSON text contains outside a string:
 *
 *     undefined                 the value itself, and a function or a symbol in its place
 *     1n                        a BigInt (unless BigInt.prototype has been given a toJSON)
 *     Map{"a":1,2:"b"}          ordered by the text of the entries: like an object's, their order says nothing
 *     Set[1,2]                  ordered by the text of the elements: a set has no order
 *     Uint8Array"AQID"          bytes in base64, a Buffer's too: its toJSON would write four times as much
 *     Float64Array[0.5,1]       the elements, so that the byte order of the machine does not matter
 */

/** How deep a value may nest: far beyond any entity, and well within what is left of a call stack. */
export const DEEPEST = 500;

/** Up to so many keys an insertion sort is faster than the engine's own, which is made for long lists. */
const FEW_KEYS = 24;

/** All but quotes, backslashes, control characters and surrogates stands in JSON as it is. */
const MAY_NEED_ESCAPE = /[^ !#-[\]-\ud7ff\ue000-\uffff]/;

const BOXED: ReadonlySet<string> = new Set([
  '[object Number]',
  '[object String]',
  '[object Boolean]',
  '[object BigInt]',
]);

/** Names in the path of an error before the rest is left out. */
const NAMES_SHOWN = 8;

/** The members of an object by name. */
export type Members = Readonly<Record<PropertyKey, unknown>>;

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
 * nests deeper than five hundred levels. What a getter or a `toJSON` throws passes through.
 *
 * @example
 * canonicalText({ name: 'Shaun', age: 27 }); // '{"age":27,"name":"Shaun"}'
 */
export function canonicalText(value: unknown, key = '', path = key): string {
  return textOf(value, key, undefined, path) ?? 'undefined';
}

/**
 * What JSON makes of a value before it writes it: the answer of its `toJSON`, else the value
 * itself, as bytes always are.
 *
 * @param key the property or the index that holds the value, which `toJSON` is told as text.
 */
export function jsonForm(value: unknown, key: string | number): unknown {
  if (!mayHaveToJSON(value)) return value;
  const { toJSON } = value;
  if (typeof toJSON !== 'function' || ArrayBuffer.isView(value)) return value;
  return toJSON.call(value, String(key));
}

/** Whether a value can have members: an array or another object, but no function. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}

/** The JSON of a string, without the call of JSON.stringify where nothing needs an escape. */
export function quoted(text: string): string {
  return MAY_NEED_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function mayHaveToJSON(value: unknown): value is { readonly toJSON?: unknown } {
  return isObject(value) || typeof value === 'function' || typeof value === 'bigint';
}

/** The text of a value, or undefined where JSON would write nothing. */
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
      return Number.isFinite(form) ? String(form) : 'null';
    case 'boolean':
      return form ? 'true' : 'false';
    case 'bigint':
      return `${form}n`;
    default:
      if (form === null) return 'null';
      return isObject(form) ? objectText(form, descend(form, parent, name)) : undefined;
  }
}

function objectText(value: Members, self: Ancestor): string {
  if (Array.isArray(value)) return arrayText(value, self);
  return isPlain(value) ? membersText(value, self) : instanceText(value, self);
}

function isPlain(value: Members): boolean {
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

function membersText(value: Members, self: Ancestor): string {
  let text = '';
  for (const key of sortedKeys(value)) {
    const member = textOf(value[key], key, self);
    if (member === undefined) continue;
    if (text !== '') text += ',';
    text += `${quoted(key)}:${member}`;
  }
  return `{${text}}`;
}

function sortedKeys(value: Members): string[] {
  const keys = Object.keys(value);
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end]!;
    let place = end;
    while (place > 0 && keys[place - 1]! > key) {
      keys[place] = keys[place - 1]!;
      place--;
    }
    keys[place] = key;
  }
  return keys;
}

/** The text of an instance: of a class that JSON unwraps or empties, else of its own members. */
function instanceText(value: Members, self: Ancestor): string {
  if (ArrayBuffer.isView(value)) return viewText(value);
  if (isMap(value)) return mapText(value, self);
  if (isSet(value)) return setText(value, self);
  if (isBuffer(value)) return `ArrayBuffer${bytesText(value, 0, value.byteLength)}`;
  return isBoxed(value) ? valueText(value.valueOf(), '', self) : membersText(value, self);
}

/** The text of a value in a place that JSON knows nothing of, where nothing may be left out. */
function valueText(value: unknown, key: string | number, self: Ancestor): string {
  return textOf(value, key, self) ?? 'undefined';
}

function mapText(map: ReadonlyMap<unknown, unknown>, self: Ancestor): string {
  const entries: string[] = [];
  for (const [key, value] of map) {
    const label = valueText(key, 'key', self);
    entries.push(`${label}:${valueText(value, typeof key === 'string' ? key : label, self)}`);
  }
  return `Map{${entries.sort().join(',')}}`;
}

function setText(set: ReadonlySet<unknown>, self: Ancestor): string {
  const elements: string[] = [];
  for (const element of set) elements.push(valueText(element, elements.length, self));
  return `Set[${elements.sort().join(',')}]`;
}

function viewText(view: ArrayBufferView): string {
  const kind = kindOf(view).slice('[object '.length, -1);
  return isOfElements(view)
    ? `${kind}[${view.join(',')}]`
    : `${kind}${bytesText(view.buffer, view.byteOffset, view.byteLength)}`;
}

function bytesText(buffer: ArrayBufferLike, offset: number, length: number): string {
  return `"${Buffer.from(buffer, offset, length).toString('base64')}"`;
}

/** Whether the bytes of an element stand in the order of this machine. */
function isOfElements(view: ArrayBufferView): view is Float64Array {
  return 'BYTES_PER_ELEMENT' in view && view.BYTES_PER_ELEMENT !== 1;
}

function isMap(value: object): value is ReadonlyMap<unknown, unknown> {
  return kindOf(value) === '[object Map]' && Symbol.iterator in value;
}

function isSet(value: object): value is ReadonlySet<unknown> {
  return kindOf(value) === '[object Set]' && Symbol.iterator in value;
}

function isBuffer(value: object): value is ArrayBufferLike {
  const kind = kindOf(value);
  return kind === '[object ArrayBuffer]' || kind === '[object SharedArrayBuffer]';
}

function isBoxed(value: object): boolean {
  return BOXED.has(kindOf(value));
}

/** Not by `instanceof`, which fails for what another realm made (`structuredClone` within Jest). */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function descend(value: object, parent: Ancestor | undefined, name: string | number): Ancestor {
  const self = { value, name, parent, depth: parent === undefined ? 1 : parent.depth + 1 };
  for (let ancestor = parent; ancestor !== undefined; ancestor = ancestor.parent) {
    if (ancestor.value === value) throw cycle(self, ancestor);
  }
  if (self.depth > DEEPEST) throw tooDeep(pathOf(self));
  return self;
}

function cycle(self: Ancestor, ancestor: Ancestor): TypeError {
  return new TypeError(
    `${pathOf(self)} refers back to ${pathOf(ancestor)}, and a value that contains itself has no text: select properties that do not lead back, or leave it out with toJSON.`,
  );
}

/** The error for a value that nests deeper than {@link DEEPEST} levels. */
export function tooDeep(path: string): RangeError {
  return new RangeError(
    `${path} nests deeper than ${DEEPEST} levels: select properties further up.`,
  );
}

function pathOf(place: Ancestor): string {
  const names: (string | number)[] = [];
  for (let at: Ancestor | undefined = place; at !== undefined; at = at.parent) {
    if (at.name !== '') names.unshift(at.name);
  }
  if (names.length === 0) return 'the whole value';
  return names.length > NAMES_SHOWN ? `${names.slice(0, NAMES_SHOWN).join('.')}…` : names.join('.');
}
