import type { FieldValue } from '../../../representation/tag-source.js';
import type { AnswerHead } from '../platform.js';
import type { ExpressResponse } from './objects.js';

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
