import { Controller, Get, Injectable, Param, Req, Res } from '@nestjs/common';
import { evaluatePreconditions, parseEntityTag } from '../../../../src/http/index.js';

/** What Express and Fastify have in common. */
interface Question {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

interface Answer {
  header(name: string, value: string): unknown;
  status(code: number): unknown;
}

/** Sets `ETag`, and answers 304 if the client has this state already. */
function isNotModified({ method, headers }: Question, response: Answer, etag: string): boolean {
  response.header('ETag', etag);
  response.header('Cache-Control', 'private, no-cache');
  const { outcome } = evaluatePreconditions(
    method,
    { ifNoneMatch: headers['if-none-match'] },
    { exists: true, etag: parseEntityTag(etag) },
  );
  if (outcome !== 'not-modified') return false;
  response.status(304);
  return true;
}

@Injectable()
export class Sales {
  queries = 0;

  /** A cheap query. */
  async lastSaleOf(month: string): Promise<number> {
    return month === '2026-01' ? 4711 : 0;
  }

  /** An expensive one. */
  async total(month: string): Promise<number> {
    this.queries += 1;
    return month === '2026-01' ? 1_000_000 : 0;
  }
}

@Controller('reports')
export class ReportsController {
  constructor(private readonly sales: Sales) {}

  @Get(':month')
  async read(
    @Param('month') month: string,
    @Req() request: Question,
    @Res({ passthrough: true }) response: Answer,
  ) {
    const last = await this.sales.lastSaleOf(month);
    if (isNotModified(request, response, `"${month}-${last}"`)) return undefined;
    return { month, total: await this.sales.total(month) };
  }
}
