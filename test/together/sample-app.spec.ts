import { loadGroup } from './load.js';

await loadGroup('sample-app');
