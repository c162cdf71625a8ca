import { describe, expect, it } from '@jest/globals';
import { isRead } from '../../src/http/index.js';

describe('isRead', () => {
  it.each(['GET', 'HEAD'])('is true of %s', (method) => {
    expect(isRead(method)).toBe(true);
  });

  it.each(['PUT', 'PATCH', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', ''])(
    'is false of %j',
    (method) => {
      expect(isRead(method)).toBe(false);
    },
  );

  it.each(['get', 'Head'])('is false of %s: methods are case-sensitive (§9.1)', (method) => {
    expect(isRead(method)).toBe(false);
  });
});
