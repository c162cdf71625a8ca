import { describe, expect, it } from '@jest/globals';
import { IssuedTags } from '../../src/nest/writes/issued-tags.js';

describe('IssuedTags', () => {
  it('remembers the tag on the answer of the last write of a resource', () => {
    const tags = new IssuedTags();
    tags.remember('a', 'one');
    tags.remember('b', 'other');
    expect([tags.isLast('a', 'one'), tags.isLast('a', 'other')]).toEqual([true, false]);
    tags.remember('a', 'two');
    expect([tags.isLast('a', 'one'), tags.isLast('a', 'two')]).toEqual([false, true]);
  });

  it('forgets it when the next answer carries none', () => {
    const tags = new IssuedTags();
    tags.remember('a', 'one');
    tags.remember('a', undefined);
    expect(tags.isLast('a', 'one')).toBe(false);
  });

  it('remembers a thousand resources, those that were written last', () => {
    const tags = new IssuedTags();
    for (let index = 0; index < 1000; index += 1) tags.remember(`${index}`, 'tag');
    tags.remember('0', 'newer');
    tags.remember('1000', 'tag');
    expect(tags.isLast('0', 'newer')).toBe(true);
    expect(tags.isLast('1', 'tag')).toBe(false);
    expect(tags.isLast('2', 'tag')).toBe(true);
    expect(tags.isLast('1000', 'tag')).toBe(true);
  });
});
