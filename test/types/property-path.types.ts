/** Checked by the compiler alone: a wrong type here is a failing test. */
import type { PropertyPath } from '../../src/representation/property-path.js';

type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** Compiles only where the two types are one. */
function same<A, B>(..._proof: Same<A, B> extends true ? [] : ['these types differ']): void {}

function paths<T>(..._paths: PropertyPath<T>[]): void {}

interface City {
  readonly name: string;
  readonly since?: Date | null;
}

class User {
  id = 1;
  name = 'Shaun';
  nickname?: string;
  'full.name' = '';
  readonly born: Date | null = null;
  address?: { city: City | null; zip: string } | null;
  items: readonly { id: number; tags: string[] }[] = [];
  pair: [{ left: number }, { right: number }?] = [{ left: 1 }];
  gone: null = null;
  nothing?: undefined;
  picture = new Uint8Array();
  labels = new Map<string, { colour: string }>();
  roles = new Set<string>();
  pattern = /x/;
  lazy: Promise<City[]> = Promise.resolve([]);
  handler: (() => void) | undefined;
  protected secret = 1;
  #pin = 1234;
  get pin(): number {
    return this.#pin;
  }
  rename?(name: string): void;
  greet(): string {
    return this.name;
  }
}

same<
  PropertyPath<User>,
  | 'id'
  | 'name'
  | 'nickname'
  | 'born'
  | 'address'
  | 'address.city'
  | 'address.city.name'
  | 'address.city.since'
  | 'address.zip'
  | 'items'
  | 'items.id'
  | 'items.tags'
  | 'pair'
  | 'pair.left'
  | 'pair.right'
  | 'gone'
  | 'nothing'
  | 'picture'
  | 'labels'
  | 'roles'
  | 'pattern'
  | 'pin'
>();

paths<User>('name', 'address.city.name', 'items.id');
// @ts-expect-error a misspelt name
paths<User>('nmae');
// @ts-expect-error a misspelt name within
paths<User>('address.town');
// @ts-expect-error a method is no content
paths<User>('greet');
// @ts-expect-error an optional method is no content either
paths<User>('rename');
// @ts-expect-error a function that may be missing is no content
paths<User>('handler');
// @ts-expect-error a promise has to be awaited first
paths<User>('lazy');
// @ts-expect-error what the class hides
paths<User>('secret');
// @ts-expect-error a Date is read as a whole
paths<User>('born.getTime');
// @ts-expect-error a string is read as a whole
paths<User>('name.length');
// @ts-expect-error an array is reached into, it has no names of its own
paths<User>('items.length');
// @ts-expect-error elements are not numbered
paths<User>('items.0.id');
// @ts-expect-error a Map is read as a whole
paths<User>('labels.colour');
// @ts-expect-error bytes are read as a whole
paths<User>('picture.length');
// @ts-expect-error a name with a dot in it cannot be told from a path
paths<User>('full.name');
// @ts-expect-error an empty path
paths<User>('');
// @ts-expect-error an unfinished path
paths<User>('address.');

// A list has the paths of its elements, and a union those of each of its members.
same<PropertyPath<City[]>, 'name' | 'since'>();
same<PropertyPath<City | { id: number } | null | undefined>, 'name' | 'since' | 'id'>();
same<PropertyPath<{ item: { a: 1 } | { b: 2 }[] }>, 'item' | 'item.a' | 'item.b'>();

// What JSON sends is what there is to select from.
interface Money {
  readonly cents: bigint;
  toJSON(): string;
}
interface Row {
  readonly hidden: string;
  toJSON(options?: { plain: boolean }): { readonly price: Money; toJSON(): { never: 1 } };
}
interface Chain {
  readonly own: string;
  toJSON(): Chain;
}
interface Loose {
  readonly own: string;
  toJSON(): unknown;
}
same<PropertyPath<Row>, 'price'>();
same<PropertyPath<{ row: Row; price: Money }>, 'row' | 'row.price' | 'price'>();
same<PropertyPath<Chain>, 'own'>();
same<PropertyPath<Loose>, string>();

// Types that refer to themselves: three names are checked, the rest is free.
interface Person {
  readonly name: string;
  readonly friends: Person[];
  readonly boss?: Person;
}
paths<Person>('name', 'friends.name', 'friends.boss.name', 'boss.boss.boss');
paths<Person>('boss.boss.boss.name', 'boss.friends.boss.friends.boss.name');
// @ts-expect-error the third name is checked
paths<Person>('boss.boss.nmae');
// @ts-expect-error and so are the first three of a longer path
paths<Person>('boss.bos.boss.name');
// @ts-expect-error there is nothing within a string, however deep
paths<Person>('boss.boss.name.length');

// Nothing known, everything allowed.
type Unchecked = ReturnType<typeof JSON.parse>;
same<PropertyPath<Unchecked>, string>();
same<PropertyPath<unknown>, string>();
same<PropertyPath<object>, string>();
same<PropertyPath<{}>, string>();
same<PropertyPath<Record<string, unknown>>, string>();
same<PropertyPath<unknown[]>, string>();
same<
  PropertyPath<{ id: number; meta: Unchecked; settings: Record<string, unknown>; extra: unknown }>,
  'id' | 'meta' | `meta.${string}` | 'settings' | `settings.${string}` | 'extra' | `extra.${string}`
>();
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
same<PropertyPath<Json>, string>();
same<PropertyPath<{ id: number; data: Json }>, 'id' | 'data' | `data.${string}`>();
same<PropertyPath<{ id: number; matrix: number[][] }>, 'id' | 'matrix' | `matrix.${string}`>();

// As a decorator takes them: any string until the entity is named.
function select<T extends object = Record<string, unknown>>(
  _fields: readonly PropertyPath<T>[],
): void {}
select(['anything', 'at.all']);
select<User>(['name', 'address.city']);
// @ts-expect-error checked as soon as the entity is named
select<User>(['anything']);
