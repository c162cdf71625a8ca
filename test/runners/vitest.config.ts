import { defineConfig } from 'vitest/config';

/** As `nest new` writes it. */
export default defineConfig({ test: { globals: true, include: ['*.test.ts'] } });
