import { ClassSerializerInterceptor, Module, ValidationPipe } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ETagModule } from 'nestjs-etag';
import { DataSource } from 'typeorm';
import { ArticlesModule } from './articles/articles.module.js';
import { atomicityOn } from './database/atomicity.js';
import { DatabaseErrorInterceptor } from './database/database-error.interceptor.js';
import { DatabaseFile } from './database/database-file.js';
import { databaseOptions } from './database/database.options.js';
import { DatabaseSetup } from './database/database-setup.js';
import { PageController } from './page/page.controller.js';
import { UsersModule } from './users/users.module.js';

@Module({
  imports: [
    ETagModule.forRootAsync({
      inject: [DataSource],
      useFactory: (database: DataSource) => ({ atomicity: atomicityOn(database) }),
    }),
    TypeOrmModule.forRootAsync({ useFactory: () => databaseOptions(process.env) }),
    UsersModule,
    ArticlesModule,
  ],
  controllers: [PageController],
  providers: [
    DatabaseFile,
    DatabaseSetup,
    { provide: APP_INTERCEPTOR, useClass: ClassSerializerInterceptor },
    { provide: APP_INTERCEPTOR, useClass: DatabaseErrorInterceptor },
    {
      provide: APP_PIPE,
      useValue: new ValidationPipe({
        whitelist: true,
        forbidNonWhitelisted: true,
        transform: true,
      }),
    },
  ],
})
export class AppModule {}
