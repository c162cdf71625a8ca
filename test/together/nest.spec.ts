import { loadGroup } from './load.js';

await loadGroup('nest');
