import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  Inject,
  Param,
  Post,
  Put,
} from '@nestjs/common';
import { ETag, IfMatch, Precondition } from '../../../src/index.js';
import { Notes } from '../notes.js';

@Controller('caldav')
@ETag()
export class CalDavController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @Get(':id')
  @Header('Content-Type', 'text/calendar; charset=utf-8')
  read(@Param('id') id: string): string {
    return this.notes.find(id).text;
  }

  @Put(':id')
  @HttpCode(204)
  @IfMatch({ creates: true, required: false })
  write(@Param('id') id: string, @Body() { text }: { text: string }): void {
    this.notes.save(id, text);
  }

  @Delete(':id')
  @HttpCode(204)
  @IfMatch()
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }

  /** What a PROPFIND needs: the tag of each member, without a request for each. */
  @Post('members')
  @HttpCode(207)
  @IfMatch({ current: 'read', required: false, etag: false, key: () => 'caldav members' })
  async members(@Precondition() precondition: Precondition): Promise<object[]> {
    return Promise.all(
      this.notes.all().map(async ({ id, text }) => ({
        href: `/caldav/${id}`,
        getetag: await precondition.etagOf(text),
      })),
    );
  }
}
