/** OpenAPI: what the decorators of `nestjs-etag` promise, in the document that `@nestjs/swagger` makes. */
export { documentETags, type DocumentedApplication } from './document-etags.js';
