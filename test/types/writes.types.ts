/** Checked by the compiler alone: a wrong type here is a failing test. */
import { SwaggerModule } from '@nestjs/swagger';
import type { INestApplication } from '@nestjs/common';
import { IfMatch, ItemETags } from '../../src/index.js';
import type { CurrentEntity, IfMatchOptions, Precondition } from '../../src/index.js';
import { documentETags } from '../../src/swagger/index.js';

interface Article {
  readonly id: number;
  readonly version: number;
}

class ArticlesController {
  findOne(id: number): Article {
    return { id, version: 1 };
  }
}

class CurrentArticle implements CurrentEntity {
  current(request: { readonly params: { readonly id: string } }): Article {
    return { id: Number(request.params.id), version: 1 };
  }
}

class NotAProvider {
  find(): Article {
    return { id: 1, version: 1 };
  }
}

const all: Required<IfMatchOptions> = {
  current: 'findOne',
  version: 'version',
  comparison: 'weak',
  required: true,
  creates: false,
  unmodifiedSince: false,
  property: 'etag',
  alreadyApplied: ['id', 'version'],
  from: () => ({ ifMatch: '3', ifNoneMatch: null }),
  etag: true,
  key: () => 'articles/1',
};
IfMatch(all);
IfMatch<ArticlesController>({ current: 'findOne' });
IfMatch<ArticlesController>({ current: (controller) => controller.findOne(1) });
IfMatch<ArticlesController, { id: number }>({
  current: (controller, request) => controller.findOne(request.id),
  key: (request) => String(request.id),
});
IfMatch({ current: CurrentArticle });
// @ts-expect-error no handler of this controller
IfMatch<ArticlesController>({ current: 'findNone' });
// @ts-expect-error a provider has a method current(request)
IfMatch<ArticlesController>({ current: NotAProvider });
// @ts-expect-error there are two ways to compare
IfMatch({ comparison: 'loose' });
// @ts-expect-error a switch is true or false
IfMatch({ required: 'yes' });
// @ts-expect-error a switch is true or false
IfMatch({ creates: 1 });
IfMatch({ property: ['meta', 'version'] });
IfMatch({ current: [ArticlesController, 'findOne'], required: 'existing', etag: 'answer' });
// @ts-expect-error a name, or names
IfMatch({ property: 3 });
// @ts-expect-error a key is a text
IfMatch<ArticlesController, { id: number }>({ key: (request) => request.id });
// @ts-expect-error required on what exists, or always, or never
IfMatch({ required: 'always' });
IfMatch({ alreadyApplied: true });
// @ts-expect-error names are in a list
IfMatch({ alreadyApplied: 'id' });
// @ts-expect-error a name is a text
IfMatch({ alreadyApplied: [1] });
// @ts-expect-error no such option
IfMatch({ require: true });

interface CarryingRequest {
  readonly query: { readonly rev?: string; readonly generation?: number };
}
IfMatch<ArticlesController, CarryingRequest>({ from: ({ query }) => ({ ifMatch: query.rev }) });
IfMatch<ArticlesController, CarryingRequest>({
  from: ({ query }) => (query.generation === 0 ? { ifNoneMatch: '*' } : undefined),
});
IfMatch({ from: () => ({ ifMatch: 3n }) });
// @ts-expect-error no such property of this request
IfMatch<ArticlesController, CarryingRequest>({ from: ({ query }) => ({ ifMatch: query.ref }) });
// @ts-expect-error no such condition
IfMatch({ from: () => ({ ifMatched: '3' }) });
// @ts-expect-error a condition is a text or a number
IfMatch({ from: () => ({ ifMatch: true }) });
// @ts-expect-error nothing waits for it
IfMatch({ from: () => Promise.resolve({ ifMatch: '3' }) });
// @ts-expect-error a function, and no name
IfMatch({ from: 'rev' });

ItemETags({ property: 'tag', of: 'findOne', items: 'data' });
// @ts-expect-error the name of a property
ItemETags({ property: 1 });
// @ts-expect-error no such option
ItemETags({ path: 'data' });

/** What a handler does with what the guard verified. */
export function written(precondition: Precondition, bySlug: Precondition<string>): void {
  const criteria: { id: number; version?: number } = precondition.where({ id: 1 });
  const renamed: { id: number; revision?: string } = bySlug.where({ id: 1 }, 'revision');
  const article: Article = precondition.settle<Article | undefined>(undefined);
  const verified: Promise<Article> = precondition.verify<Article | null>(null);
  const tag: Promise<string | undefined> = precondition.etagOf({ id: 1 });
  // @ts-expect-error it has to be awaited
  const early: string | undefined = precondition.etagOf({ id: 1 });
  // @ts-expect-error of which entity
  void precondition.etagOf();
  // @ts-expect-error the version is a number unless it is said to be something else
  const text: string | undefined = precondition.version;
  // @ts-expect-error criteria are an object
  precondition.where('id');
  void [criteria, renamed, article, verified, tag, early, text];
}

/** The document keeps its type, and the application needs none but Nest's. */
export function documented(app: INestApplication): void {
  const document = SwaggerModule.createDocument(app, {
    info: { title: '', version: '1' },
  } as never);
  const same: typeof document = documentETags(document, app);
  // @ts-expect-error an OpenAPI document has paths
  documentETags({}, app);
  // @ts-expect-error the application is asked for its providers
  documentETags(document, {});
  void same;
}
