import { library } from '../library.mjs';
import { startNest } from './nest.mjs';

const { ETag, ETagModule, IfMatch, Precondition, WeakETag } = library;

/** This library. @param settings.tag `'strong'`, `'weak'`, `'version'`, `'validator'` or `'none'`. */
export function start(settings) {
  return startNest(settings, ROUTES[settings.tag]);
}

const inThisProcess = [ETagModule.forRoot()];
const inTheDatabase = [ETagModule.forRoot({ atomicity: 'database' })];
const conditional = { update: updateConditionally, updateParameters: [Precondition()] };

const ROUTES = {
  strong: { imports: inThisProcess, on: [ETag()], put: [IfMatch()] },
  weak: {
    imports: inThisProcess,
    on: [WeakETag(['version', 'author.city'])],
    put: [IfMatch({ comparison: 'weak' })],
  },
  version: {
    imports: inTheDatabase,
    on: [ETag({ version: 'version' })],
    put: [IfMatch()],
    ...conditional,
  },
  locks: { imports: inThisProcess, on: [ETag({ version: 'version' })], put: [IfMatch()] },
  validator: (articles) => {
    class ArticleVersions {
      validate({ params }) {
        return articles.versionOf(params.id);
      }
    }
    return {
      imports: inTheDatabase,
      providers: [ArticleVersions],
      on: [ETag({ version: 'version', validator: ArticleVersions })],
      put: [IfMatch()],
      ...conditional,
    };
  },
  none: { imports: inThisProcess },
};

async function updateConditionally(articles, id, change, precondition) {
  precondition.settle(await articles.update(precondition.where({ id }), change));
  return articles.find(id);
}
