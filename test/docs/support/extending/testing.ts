import { Controller, Get, Injectable, Put } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { ETag, ETagModule, IfMatch, IfMatchGuard } from '../../../../src/index.js';

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

const testing = () =>
  Test.createTestingModule({
    imports: [ETagModule.forRoot()],
    controllers: [SettingsController],
    providers: [Settings],
  });

/** The tags are those of what the stand-in returns. */
export const withOtherSettings = () =>
  testing()
    .overrideProvider(Settings)
    .useValue({ read: () => ({ theme: 'dark' }) })
    .compile();

/** Writes pass without If-Match. */
export const unguarded = () =>
  testing()
    .overrideGuard(IfMatchGuard)
    .useValue({ canActivate: () => true })
    .compile();
