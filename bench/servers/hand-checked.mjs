import {
  Headers,
  HttpException,
  NotFoundException,
  PreconditionFailedException,
  Res,
} from '@nestjs/common';
import { startNest } from './nest.mjs';

/** The guarded write that people write: `SELECT`, compare, conditional `UPDATE`. */
export function start(settings) {
  return startNest(settings, {
    find,
    findParameters: [Res({ passthrough: true })],
    update,
    updateParameters: [Headers('if-match'), Res({ passthrough: true })],
  });
}

async function find(articles, id, response) {
  const article = await existing(articles, id);
  response.header('ETag', tagOf(article.version));
  return article;
}

async function update(articles, id, change, ifMatch, response) {
  if (ifMatch === undefined) throw new HttpException('Precondition Required', 428);
  const { version } = await existing(articles, id);
  if (ifMatch !== tagOf(version)) throw new PreconditionFailedException();
  const { affected } = await articles.update({ id, version }, change);
  if (affected === 0) throw new PreconditionFailedException();
  const saved = await existing(articles, id);
  response.header('ETag', tagOf(saved.version));
  return saved;
}

async function existing(articles, id) {
  const article = await articles.find(id);
  if (article === undefined) throw new NotFoundException();
  return article;
}

function tagOf(version) {
  return `"${version}"`;
}
