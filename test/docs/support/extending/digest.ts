import { hash } from 'node:crypto';
import { Module } from '@nestjs/common';
import { ETagModule } from '../../../../src/index.js';

/** Raise it when the same content means something else, and every client shall read again. */
const EPOCH = 'e2';

@Module({
  imports: [
    ETagModule.forRoot({
      algorithm: (content) => `${EPOCH}-${hash('sha256', content, 'hex').slice(0, 32)}`,
    }),
  ],
})
export class AppModule {}
