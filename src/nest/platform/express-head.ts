import type { ServerResponse } from 'node:http';
import type { FieldValue } from '../../representation/tag-source.js';
import type { AnswerHead } from '../tagged-answers.js';
import type { ExpressResponse } from './express-objects.js';

/** The head of an Express response. */
export class ExpressHead implements AnswerHead {
  constructor(private readonly response: ExpressResponse) {}

  status(): number {
    return this.response.statusCode;
  }

  field(name: string): FieldValue {
    return this.response.getHeader(name);
  }

  setField(name: string, value: string): void {
    this.response.setHeader(name, value);
  }

  dropField(name: string): void {
    this.response.removeHeader(name);
  }
}

/**
 * The head of an answer at the end, when nobody but us changes it any more. It is read once: Express gives every
 * response a prototype of its own, so that V8 knows none of them and each access to one costs as much as a small hash.
 */
export class SettledHead extends ExpressHead {
  private readonly fields: ReturnType<ServerResponse['getHeaders']>;
  private readonly statusCode: number;

  constructor(response: ExpressResponse) {
    super(response);
    this.fields = response.getHeaders();
    this.statusCode = response.statusCode;
  }

  override status(): number {
    return this.statusCode;
  }

  override field(name: string): FieldValue {
    return this.fields[name.toLowerCase()];
  }

  override setField(name: string, value: string): void {
    this.fields[name.toLowerCase()] = value;
    super.setField(name, value);
  }

  override dropField(name: string): void {
    if (this.field(name) === undefined) return;
    delete this.fields[name.toLowerCase()];
    super.dropField(name);
  }
}
