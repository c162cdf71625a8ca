import { expect, it } from '@jest/globals';
import * as http from '../../src/http/index.js';

it('nestjs-etag/http exports these functions and nothing else', () => {
  expect(Object.keys(http).sort()).toEqual([
    'describesContent',
    'evaluatePreconditions',
    'formatEntityTag',
    'formatHttpDate',
    'isEntityTagText',
    'isRead',
    'parseEntityTag',
    'parseEntityTagList',
    'parseHttpDate',
    'strongEquals',
    'weakEquals',
  ]);
});
