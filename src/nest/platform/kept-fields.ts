import type { OutgoingHttpHeaders } from 'node:http';
import { copied } from './copied.js';

/**
 * The fields that a response has before the handler of a write: those of middleware and hooks, which a GET has as well. Once
 * the handler has run, there are those of the write among them.
 */
export class KeptFields {
  private readonly kept = new WeakMap<object, OutgoingHttpHeaders>();

  keep(response: object, fields: OutgoingHttpHeaders): void {
    this.kept.set(response, copies(fields));
  }

  /** None of a response whose fields were not kept. */
  of(response: object): OutgoingHttpHeaders {
    const fields = this.kept.get(response);
    return fields === undefined ? {} : copies(fields);
  }
}

/** Cookies are a list, to which others are added. */
function copies(fields: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const all: OutgoingHttpHeaders = {};
  for (const name of Object.keys(fields)) all[name] = copied(fields[name]) as (typeof all)[string];
  return all;
}
