import { Body, Controller, Get, Header, Put } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { ETag, IfMatch } from '../../../src/index.js';
import type { AppOptions, Running } from '../../support/each-adapter.js';
import { Traffic } from './traffic.js';

/** What the pages read and save. */
export interface Note {
  readonly text: string;
  readonly count: number;
}

@Controller('note')
@ETag()
class NoteController {
  private note: Note = { text: 'Milk', count: 0 };

  @Get()
  read(): Note {
    return this.note;
  }

  @Put()
  @IfMatch()
  replace(@Body() note: Note): Note {
    this.note = note;
    return note;
  }
}

/** The same with a `max-age`, which is what an application that saves should not have. */
@Controller('kept')
@ETag()
class KeptController {
  private note: Note = { text: 'Milk', count: 0 };

  @Get()
  @Header('Cache-Control', 'private, max-age=60')
  read(): Note {
    return this.note;
  }

  @Put()
  @IfMatch({ required: false })
  replace(@Body() note: Note): Note {
    this.note = note;
    return note;
  }
}

/** An API on an origin of its own, watched. */
export interface NotesApi {
  readonly url: string;
  readonly traffic: Traffic;
  /** Carries the next PUT out and hangs up instead of answering it. */
  loseNextAnswer(): void;
  close(): Promise<void>;
}

/**
 * Starts the API; `enableCors` says what pages of other origins may do. With `tagHeader`, this field repeats the tag,
 * and something on the way removes `ETag`.
 */
export async function startNotesApi(
  start: (options: AppOptions) => Promise<Running>,
  enableCors: (app: INestApplication) => void,
  tagHeader?: string,
): Promise<NotesApi> {
  const traffic = new Traffic();
  const { url, close } = await start({
    controllers: [NoteController, KeptController],
    etag: tagHeader === undefined ? {} : { tagHeader },
    configure: (app) => {
      traffic.watch(app);
      if (tagHeader !== undefined) traffic.removeTags(app);
      enableCors(app);
    },
  });
  return { url, traffic, close, loseNextAnswer: () => traffic.loseAnswerTo('PUT') };
}
