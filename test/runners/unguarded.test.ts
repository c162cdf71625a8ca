import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { IfMatchGuard } from 'nestjs-etag';
import { UnguardedWrites } from 'nestjs-etag/testing';
import request from 'supertest';
import { AppModule } from './articles.js';

describe('PUT /articles/:id, in a test of something else', () => {
  let app: INestApplication<Server>;
  beforeEach(async () => {
    const testing = await Test.createTestingModule({ imports: [AppModule] })
      .overrideGuard(IfMatchGuard)
      .useClass(UnguardedWrites)
      .compile();
    app = testing.createNestApplication();
    await app.init();
  });
  afterEach(() => app.close());

  it('needs no If-Match', () =>
    request(app.getHttpServer()).put('/articles/7').send({ title: 'ETags' }).expect(200));
});
