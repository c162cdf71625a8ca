/**
 * The legal dotted paths of a type: `'name'`, `'address.city'`, and `'items.id'` for the elements of
 * an array.
 *
 * Optional and nullable properties are looked into. Methods and promises are no paths: neither is
 * content. Dates, regular expressions, maps, sets and bytes have no paths within them. A class with
 * `toJSON` has the paths of what that returns. The first three names of a path are checked and the rest
 * is free: a type may refer to itself, and ten entities that refer to each other have millions of
 * longer paths. Where nothing is known (`any`, `unknown`, `object`,
 * `Record<string, unknown>`) every string is a path.
 *
 * @example
 * interface User { name: string; address?: { city: string }; posts: { id: number }[] }
 * type Path = PropertyPath<User>; // 'name' | 'address' | 'address.city' | 'posts' | 'posts.id'
 */
export type PropertyPath<T> = PathWithin<T, 3>;

/** Names that are left to check after one, by how many were before it. */
type Fewer = { 3: 2; 2: 1; 1: 0 };
type Level = keyof Fewer;

type Primitive = string | number | bigint | boolean | symbol | null | undefined;

type Whole =
  | Primitive
  | Date
  | RegExp
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ArrayBufferView
  | ArrayBuffer
  | PromiseLike<unknown>
  | Method;

type Method = (...args: never) => unknown;

/** Names that {@link compileSelection} refuses. */
type RefusedName = '' | '__proto__' | 'constructor' | 'prototype' | `${string}.${string}`;

/** `unknown` and `any`, which is the one other type that `unknown` fits. */
type IsUnknown<T> = unknown extends T ? true : false;

type PathWithin<T, Left extends number> = IsUnknown<T> extends true ? string : KnownPath<T, Left>;

/** Distributes over a union: the paths of each of its members. */
type KnownPath<T, Left extends number> = T extends Whole
  ? never
  : T extends { toJSON(...args: never): infer Sent }
    ? FormPath<Sent, Left>
    : FormPath<T, Left>;

/** The paths of what JSON writes, whose own `toJSON` it does not ask again. */
type FormPath<T, Left extends number> =
  IsUnknown<T> extends true
    ? string
    : T extends Whole
      ? never
      : T extends readonly (infer Element)[]
        ? ElementPath<Element, Left>
        : MemberPath<T, Left>;

/** Lists of lists are not looked into: a type such as `Json = Json[] | …` would have no end. */
type ElementPath<T, Left extends number> =
  IsUnknown<T> extends true ? string : T extends readonly unknown[] ? string : KnownPath<T, Left>;

type MemberPath<T, Left extends number> = [keyof T] extends [never]
  ? string
  : Left extends Level
    ? {
        [Key in NameOf<T>]: Key | Longer<Key, PathWithin<T[Key & keyof T], Fewer[Left]>>;
      }[NameOf<T>]
    : string;

type Longer<Key extends string, Rest extends string> = `${Key}.${Rest}`;

type NameOf<T> = {
  [Key in keyof T]-?: Key extends RefusedName
    ? never
    : Key extends string
      ? IsContent<T[Key]> extends true
        ? Key
        : never
      : never;
}[keyof T];

type IsContent<T> =
  IsUnknown<T> extends true
    ? true
    : [NonNullable<T>] extends [never]
      ? true
      : [NonNullable<T>] extends [Method | PromiseLike<unknown>]
        ? false
        : true;
