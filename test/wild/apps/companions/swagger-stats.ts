import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { MakeApplication } from '../application.js';

interface SwaggerStats {
  getMiddleware(options: object): (...given: unknown[]) => void;
}

/** The package has no types, and replaces `response.end`. */
export const application: MakeApplication = () => ({
  configure: (app) => {
    const stats = createRequire(join(process.cwd(), 'package.json'))(
      'swagger-stats',
    ) as SwaggerStats;
    app.use(stats.getMiddleware({ name: 'notes' }));
  },
});
