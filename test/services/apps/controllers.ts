import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  NotImplementedException,
  Param,
  ParseIntPipe,
  Patch,
  Put,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ETag, IfMatch, Precondition } from 'nestjs-etag';
import { Arrivals } from './arrivals.js';
import { Gate } from './gate.js';
import { Store } from './store.js';
import type { ArticleRow, Change, NoteRow } from './store.js';

/** The tag is made of the version, and the write names the version: `where()` and `settle()`. */
@Controller('articles')
@ETag({ version: 'version' })
@UseGuards(Arrivals)
export class ArticlesController {
  constructor(private readonly store: Store) {}

  @Get(':id')
  async findOne(@Param('id', ParseIntPipe) id: number): Promise<ArticleRow> {
    return found(await this.store.articles.find(id));
  }

  @Put(':id')
  @IfMatch({ creates: true })
  @UseInterceptors(Gate)
  async put(
    @Param('id', ParseIntPipe) id: number,
    @Body() article: Required<Change>,
    @Precondition() precondition: Precondition,
  ): Promise<ArticleRow> {
    return precondition.representation === undefined
      ? precondition.settle(await this.store.articles.insert({ id, ...article }))
      : this.store.articles.update(id, article, precondition);
  }

  @Patch(':id')
  @IfMatch()
  @UseInterceptors(Gate)
  patch(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Change,
    @Precondition() precondition: Precondition,
  ): Promise<ArticleRow> {
    return this.store.articles.update(id, change, precondition);
  }

  @Delete(':id')
  @IfMatch()
  @HttpCode(204)
  @UseInterceptors(Gate)
  remove(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<void> {
    return this.store.articles.remove(id, precondition);
  }
}

/** There is no version: the tag is made of everything, and the write locks the row: `verify()`. */
@Controller('notes')
@ETag()
export class NotesController {
  constructor(private readonly store: Store) {}

  @Get(':id')
  async findOne(@Param('id', ParseIntPipe) id: number): Promise<NoteRow> {
    return found(await this.store.notes.find(id));
  }

  @Put(':id')
  @IfMatch({ creates: true })
  @UseInterceptors(Gate)
  async put(
    @Param('id', ParseIntPipe) id: number,
    @Body() note: Required<Change>,
    @Precondition() precondition: Precondition,
  ): Promise<NoteRow> {
    return precondition.representation === undefined
      ? precondition.settle(await this.store.notes.insert({ id, ...note }))
      : this.store.notes.update(id, note, precondition);
  }

  @Patch(':id')
  @IfMatch()
  @UseInterceptors(Gate)
  patch(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Change,
    @Precondition() precondition: Precondition,
  ): Promise<NoteRow> {
    return this.store.notes.update(id, change, precondition);
  }

  @Delete(':id')
  @IfMatch()
  @HttpCode(204)
  @UseInterceptors(Gate)
  remove(
    @Param('id', ParseIntPipe) id: number,
    @Precondition() precondition: Precondition,
  ): Promise<void> {
    return this.store.notes.remove(id, precondition);
  }
}

/** The check that an ORM has of its own, pinned to what the guard verified. */
@Controller('pinned')
@ETag({ version: 'version' })
export class PinnedController {
  constructor(private readonly store: Store) {}

  @Get(':id')
  async findOne(@Param('id', ParseIntPipe) id: number): Promise<ArticleRow> {
    return found(await this.store.articles.find(id));
  }

  @Patch(':id')
  @IfMatch()
  @UseInterceptors(Gate)
  patch(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Change,
    @Precondition() precondition: Precondition,
  ): Promise<ArticleRow> {
    return supported(this.store.articles.pin?.(id, change, precondition));
  }
}

/** Mistakes that no guard can see. They compile, and they pass every test with one writer. */
@Controller('mistakes')
@ETag({ version: 'version' })
export class MistakesController {
  constructor(private readonly store: Store) {}

  @Get(':id')
  async findOne(@Param('id', ParseIntPipe) id: number): Promise<ArticleRow> {
    return found(await this.store.articles.find(id));
  }

  /** What the guard verified is not used, the row is loaded again. */
  @Patch(':id')
  @IfMatch({ required: false })
  @UseInterceptors(Gate)
  overwrite(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Change,
    @Precondition() _precondition: Precondition,
  ): Promise<ArticleRow> {
    return supported(this.store.articles.overwrite?.(id, change));
  }

  /** The version stays as it is. */
  @Put(':id')
  @IfMatch()
  @UseInterceptors(Gate)
  forget(
    @Param('id', ParseIntPipe) id: number,
    @Body() change: Change,
    @Precondition() precondition: Precondition,
  ): Promise<ArticleRow> {
    return supported(this.store.articles.forget?.(id, change, precondition));
  }
}

function found<Row>(row: Row | null): Row {
  if (row === null) throw new NotFoundException();
  return row;
}

function supported<T>(result: T | undefined): T {
  if (result === undefined) throw new NotImplementedException();
  return result;
}
