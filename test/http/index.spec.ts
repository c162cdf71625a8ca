import { expect, it } from '@jest/globals';
import * as http from '../../src/http/index.js';

it('nestjs-etag/http exports these functions and nothing else', () => {
  expect(Object.keys(http).sort()).toEqual([
    'describesContent',
    'evaluatePreconditions',
    'findRecoded',
    'formatEntityTag',
    'formatHttpDate',
    'isEntityTagText',
    'isRead',
    'parseEntityTag',
    'parseEntityTagList',
    'parseHttpDate',
    'recodingOf',
    'strongEquals',
    'weakEquals',
  ]);
});
