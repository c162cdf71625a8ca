import { Controller, Get, Injectable, Put } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ETag, ETagModule, IfMatch } from '../../../src/index.js';
import type { ETagModuleOptions } from '../../../src/index.js';

@Injectable()
export class Settings {
  read() {
    return { theme: 'light' };
  }
}

@Controller('settings')
@ETag()
export class SettingsController {
  constructor(private readonly settings: Settings) {}

  @Get()
  findAll() {
    return this.settings.read();
  }

  @Put()
  @IfMatch()
  replace() {
    return this.settings.read();
  }
}

const testing = (options: ETagModuleOptions) =>
  Test.createTestingModule({
    imports: [ETagModule.forRoot(options)],
    controllers: [SettingsController],
    providers: [Settings],
  });

/** The tags are those of what the stand-in returns. */
export const withOtherSettings = () =>
  testing({})
    .overrideProvider(Settings)
    .useValue({ read: () => ({ theme: 'dark' }) })
    .compile();

/** Writes pass without If-Match. */
export const withoutConditions = () => testing({ requireIfMatch: [] }).compile();
