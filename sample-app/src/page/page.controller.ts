import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header, Param } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ETag } from 'nestjs-etag';
import { fileIn } from './files.js';

/** Next to `src` and `dist`. */
const PAGE = resolve(import.meta.dirname, '../../public');

/** The library's own client, which is plain modules, as browsers load them. */
const CLIENT = dirname(fileURLToPath(import.meta.resolve('nestjs-etag/client')));

/** Nothing but the files of this controller, and the API. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page at `/`, on which two people collide. Its files are tagged like everything else. */
@Controller()
@ETag()
@ApiExcludeController()
export class PageController {
  @Get()
  @Header('Content-Security-Policy', POLICY)
  page(): StreamableFile {
    return fileIn(PAGE, 'index.html');
  }

  @Get('page/:name')
  file(@Param('name') name: string): StreamableFile {
    return fileIn(PAGE, name);
  }

  @Get('client/:name')
  client(@Param('name') name: string): StreamableFile {
    return fileIn(CLIENT, name);
  }
}
