import { expect, it } from '@jest/globals';
import { Controller, Get, Put } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ETag, IfMatch } from '../../src/index.js';
import type { RefusalStatus } from '../../src/index.js';
import { documentETags } from '../../src/swagger/index.js';
import { create } from '../support/each-adapter.js';

@Controller('rows')
@ETag()
class RowsController {
  @Get()
  read(): object {
    return {};
  }

  @Put()
  @IfMatch()
  write(): object {
    return {};
  }
}

async function statusesWith(refusalStatus: RefusalStatus): Promise<readonly string[]> {
  const app = await create('express', { controllers: [RowsController], etag: { refusalStatus } });
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  const { put } = documentETags(document, app).paths['/rows'] ?? {};
  await app.close();
  return Object.keys(put?.responses ?? {});
}

it('OpenAPI shows 412 and 428 by default', async () => {
  expect(await statusesWith({})).toEqual(['200', '400', '412', '428']);
});

it('OpenAPI shows the statuses that the application chose', async () => {
  expect(await statusesWith({ changed: 409, 'missing-precondition': 400 })).toEqual([
    '200',
    '400',
    '409',
    '412',
  ]);
});
