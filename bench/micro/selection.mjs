import lodash from 'lodash';
import { articleOfSize } from '../articles.mjs';
import { part } from '../library.mjs';

const { compileSelection } = await part('representation/selection.js');

const FIELDS = ['name', 'author.city'];
const LIST_FIELDS = ['paragraphs.number', 'paragraphs.words'];

/** The text of the selected properties; `lodash.pick` cannot look into the elements of a list. */
export const selection = [
  group('two paths of 10 KB', articleOfSize('1', 10_000), FIELDS, lodash.pick),
  group(
    'two paths of every element of a list of 10 KB',
    articleOfSize('1', 10_000),
    LIST_FIELDS,
    pickOfList,
  ),
];

function group(name, article, fields, pick) {
  const compiled = compileSelection(fields);
  return {
    name: `selection: ${name}`,
    contestants: {
      'nestjs-etag': () => compiled.text(article),
      'lodash.pick and JSON.stringify': () => JSON.stringify(pick(article, fields)),
      'JSON.stringify of all of it': () => JSON.stringify(article),
    },
  };
}

function pickOfList({ paragraphs }) {
  return { paragraphs: paragraphs.map((each) => lodash.pick(each, ['number', 'words'])) };
}
