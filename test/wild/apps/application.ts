import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import type { ETagModuleOptions } from 'nestjs-etag';

/** What a test asks for when it starts an application. */
export interface Settings {
  /** The file of the application, without its ending. */
  readonly application: string;
  readonly adapter: 'express' | 'fastify';
  /** Whether the application uses `nestjs-etag`; without it, a control. */
  readonly library: boolean;
  /** The packages of other people beside it: files of `companions/`, without their endings. */
  readonly companions: readonly string[];
  /** Which of its own variations the application is. */
  readonly variant: string;
}

/** An application, or what a package adds to one. */
export interface Application extends ModuleMetadata {
  /** Options of `ETagModule.forRoot()`. */
  readonly etag?: ETagModuleOptions;
  /** Runs between `NestFactory.create()` and `app.listen()`. */
  readonly configure?: (app: INestApplication, settings: Settings) => void | Promise<void>;
}

/** What the file of an application exports under the name `application`. */
export type MakeApplication = (settings: Settings) => Application | Promise<Application>;
