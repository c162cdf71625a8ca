import { randomUUID } from 'node:crypto';
import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Propfind,
  Put,
  Res,
} from '@nestjs/common';
import { ETag, IfMatch, Precondition } from '../../../src/index.js';
import { Notes } from '../notes.js';

/** What this needs of the platform's response. */
interface Answer {
  status(code: number): unknown;
}

/** One member of a collection, as RFC 4918 §9.1 has it. */
function member(href: string, getetag: string | undefined): string {
  return `<response><href>${href}</href><propstat><prop><getetag>${getetag}</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>`;
}

@Controller('caldav')
@ETag()
export class CalDavController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  /** The tag of each member, without a request for each. It only reads, so its key is one for which nobody waits. */
  @Propfind()
  @HttpCode(HttpStatus.MULTI_STATUS)
  @Header('Content-Type', 'application/xml; charset=utf-8')
  @IfMatch({ current: 'read', required: false, etag: false, key: () => randomUUID() })
  async members(@Precondition() precondition: Precondition): Promise<string> {
    const members = this.notes
      .all()
      .map(async ({ id, text }) => member(`/caldav/${id}`, await precondition.etagOf(text)));
    return `<multistatus xmlns="DAV:">${(await Promise.all(members)).join('')}</multistatus>`;
  }

  @Get(':id')
  @Header('Content-Type', 'text/calendar; charset=utf-8')
  read(@Param('id') id: string): string {
    return this.notes.find(id).text;
  }

  @Put(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @IfMatch({ creates: true, required: false })
  write(
    @Param('id') id: string,
    @Body() { text }: { text: string },
    @Precondition() precondition: Precondition,
    @Res({ passthrough: true }) answer: Answer,
  ): void {
    if (precondition.representation === undefined) answer.status(HttpStatus.CREATED);
    this.notes.save(id, text);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @IfMatch()
  remove(@Param('id') id: string): void {
    this.notes.remove(id);
  }
}
