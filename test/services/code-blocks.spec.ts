import { itCompiles } from '../docs/support/code-blocks.js';

itCompiles(['docs/locks.md', 'docs/concurrency.md'], 'test/services');
