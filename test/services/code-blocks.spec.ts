import { itCompiles } from '../docs/support/code-blocks.js';

itCompiles(['docs/locks.md'], 'test/services');
