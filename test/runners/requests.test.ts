import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import request from 'supertest';
import { AppModule } from './articles.js';

describe('PUT /articles/:id', () => {
  let app: INestApplication<Server>;
  beforeEach(async () => {
    const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = testing.createNestApplication();
    await app.init();
  });
  afterEach(() => app.close());

  it('saves what the client has read, once', async () => {
    const { headers } = await request(app.getHttpServer()).get('/articles/7').expect(200);
    const save = () =>
      request(app.getHttpServer())
        .put('/articles/7')
        .set('If-Match', headers['etag'] ?? '')
        .send({ title: 'ETags' });
    await save().expect(200);
    await save().expect(412);
  });

  it('asks for If-Match', () =>
    request(app.getHttpServer()).put('/articles/7').send({ title: 'ETags' }).expect(428));
});
