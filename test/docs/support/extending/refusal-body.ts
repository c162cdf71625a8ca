import { Module } from '@nestjs/common';
import { ETagModule } from '../../../../src/index.js';

@Module({
  imports: [
    ETagModule.forRoot({
      refusalBody: ({ status, reason, message }) => ({
        errors: [{ status: String(status), code: reason, detail: message }],
      }),
    }),
  ],
})
export class AppModule {}
