import { itCompiles } from '../../docs/support/code-blocks.js';

itCompiles(['docs/client.md'], 'test/client/recipes');
