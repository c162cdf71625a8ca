import { Body, Controller, Get, Injectable, Post, Put, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ETag, IfMatch } from 'nestjs-etag';
import type { Observable } from 'rxjs';
import { retry, timeout } from 'rxjs';
import type { MakeApplication } from './application.js';

/** One more attempt for whoever takes longer than a second, or fails. */
@Injectable()
class TimeoutAndRetry implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return next.handle().pipe(timeout(1_000), retry(1));
  }
}

interface Run {
  readonly title: string;
  end(failure?: string): void;
}

/** What was written, and the runs of handlers that the test has not ended yet. */
@Injectable()
class Notes {
  title = 'untitled';
  readonly runs: Run[] = [];

  /** Reads, waits until the test lets it go on, and writes. */
  async write(title: string): Promise<{ title: string }> {
    const seen = this.title;
    const failure = await new Promise<string | undefined>((end) => this.runs.push({ title, end }));
    if (failure !== undefined) throw new Error(failure);
    this.title = `${seen}, ${title}`;
    return { title: this.title };
  }
}

@Controller('notes')
@ETag()
class NotesController {
  constructor(private readonly notes: Notes) {}

  @Get(':id')
  findOne(): { title: string } {
    return { title: this.notes.title };
  }

  @Put(':id')
  @IfMatch()
  @UseInterceptors(TimeoutAndRetry)
  update(@Body() { title }: { title: string }): Promise<{ title: string }> {
    return this.notes.write(title);
  }
}

/** How the test sees runs, and ends them: `{ run, failure }`. */
@Controller('runs')
class RunsController {
  constructor(private readonly notes: Notes) {}

  @Get()
  all(): string[] {
    return this.notes.runs.map(({ title }) => title);
  }

  @Post()
  end(@Body() { run, failure }: { run: number; failure?: string }): void {
    this.notes.runs[run]?.end(failure);
  }
}

export const application: MakeApplication = () => ({
  controllers: [NotesController, RunsController],
  providers: [Notes],
});
