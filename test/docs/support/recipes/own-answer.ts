import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { ETag, IfMatch, Precondition } from '../../../../src/index.js';

/** What Express and Fastify have in common. */
interface Answer {
  header(name: string, value: string): unknown;
  send(body: object): unknown;
}

interface Theme {
  theme: string;
}

@Controller('settings')
@ETag()
export class SettingsController {
  private settings: Theme = { theme: 'light' };

  @Get()
  read(): Theme {
    return this.settings;
  }

  @Put()
  @IfMatch()
  async replace(
    @Body() settings: Theme,
    @Precondition() precondition: Precondition,
    @Res() response: Answer,
  ): Promise<void> {
    this.settings = settings;
    const etag = await precondition.etagOf(settings);
    if (etag !== undefined) response.header('ETag', etag);
    response.send({ saved: true });
  }
}
