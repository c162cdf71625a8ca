import { PreconditionFailedException } from '@nestjs/common';
import { preconditionOf } from 'nestjs-etag/testing';
import { ArticleStore, ArticlesController } from './articles.js';

describe('ArticlesController', () => {
  it('writes the version that the client has seen', () => {
    const controller = new ArticlesController(new ArticleStore());
    const saved = controller.update(7, { title: 'ETags' }, preconditionOf({ version: 3 }));
    expect(saved).toEqual({ id: 7, title: 'ETags', version: 4 });
  });

  it('refuses a client that has seen another', () => {
    const controller = new ArticlesController(new ArticleStore());
    const save = () => controller.update(7, { title: 'ETags' }, preconditionOf({ version: 2 }));
    expect(save).toThrow(PreconditionFailedException);
  });

  it('writes whatever is there if the client sends no condition', () => {
    const controller = new ArticlesController(new ArticleStore());
    const saved = controller.update(7, { title: 'ETags' }, preconditionOf.none());
    expect(saved.version).toBe(4);
  });
});
