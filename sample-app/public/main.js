import { isResponseError } from '../client/index.js';
import { Editor } from './editor.js';
import { watchedFetch } from './exchange.js';
import { exchangeStrip } from './exchange-strip.js';
import { find } from './template.js';

/** Another one can be named in the address: `/?article=1`. */
const number = new URLSearchParams(location.search).get('article') ?? '2';
/** Or how often to ask whether somebody has saved, in milliseconds: `/?every=500`. */
const asked = Number(new URLSearchParams(location.search).get('every'));
const every = asked > 0 ? asked : 2000;
const path = `/articles/${encodeURIComponent(number)}`;

const show = exchangeStrip(find(document, '#exchanges'));
find(document, '#address').textContent = path;

const editors = ['Alice', 'Bob'].map(
  (person) => new Editor(person, path, watchedFetch(person, show), every),
);
try {
  for (const editor of editors) await editor.open();
  find(document, '#editors').append(...editors.map(({ element }) => element));
} catch (error) {
  const trouble = find(document, '#trouble');
  trouble.hidden = false;
  trouble.textContent =
    isResponseError(error) && error.status === 404
      ? `There is no article ${number}. Try another: /?article=1`
      : `The article could not be read: ${String(error)}`;
}
