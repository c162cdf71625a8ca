import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { documentETags } from 'nestjs-etag/swagger';

/** What the application does, as OpenAPI: the entity tags and preconditions among it. */
export function apiDocument(app: INestApplication): OpenAPIObject {
  const info = new DocumentBuilder()
    .setTitle('Users and articles')
    .setDescription('Reads answer with entity tags, and writes say in If-Match what they change.')
    .setVersion('1')
    .build();
  return documentETags(SwaggerModule.createDocument(app, info), app);
}

/** Shows it at `/docs`, and as JSON at `/docs-json`. */
export function serveApiDocument(app: INestApplication): void {
  SwaggerModule.setup('docs', app, apiDocument(app));
}
