import {
  createETagClient,
  isLostAnswer,
  isMidAirCollision,
  isResponseError,
} from '../client/index.js';
import { editable, fromTexts, isSame, PROPERTIES, textOf } from './article.js';
import { comparison } from './comparison.js';
import { entityTag } from './entity-tag.js';
import { find, fromTemplate } from './template.js';

/** @typedef {import('./article.js').Article} Article */
/** @typedef {import('../client/index.js').Representation<Article>} Representation */

/**
 * A person at an article: the state they started from, what they write, and what becomes of it when they save.
 */
export class Editor {
  #person;
  #url;
  #fetch;
  #client;
  #part;
  #form;
  #every;
  #isBusy = false;
  /** Ends the watch over what is in the form. */
  #watching = new AbortController();
  /** @type {Representation} */
  #base;

  /**
   * @param {string} person
   * @param {string} url of the article
   * @param {typeof fetch} fetch of this person
   * @param {number} every how many milliseconds to wait before asking again whether somebody has saved
   */
  constructor(person, url, fetch, every) {
    const { element, part } = fromTemplate('editor');
    this.#person = person;
    this.#url = url;
    this.#fetch = fetch;
    this.#every = every;
    this.#client = createETagClient({ fetch, ifNoneMatch: true });
    this.#base = { url, etag: undefined, body: { title: '', body: '', tags: [] } };
    this.#part = part;
    this.#form = /** @type {HTMLFormElement} */ (part('form'));
    this.element = element;
    element.dataset['person'] = person;
    element.setAttribute('aria-label', person);
    part('avatar').textContent = person.slice(0, 1);
    part('name').textContent = person;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#oneAtATime(() => this.#submit());
    });
    for (const button of ['read', 'news-read']) {
      part(button).addEventListener('click', () => void this.#oneAtATime(() => this.#readAgain()));
    }
    part('blind').addEventListener('click', () => void this.#oneAtATime(() => this.#saveBlindly()));
  }

  /** Reads the article for the first time. */
  async open() {
    this.#adopt(await this.#client.get(this.#url));
  }

  /** What is in the form. */
  get #written() {
    const texts = Object.fromEntries(new FormData(this.#form));
    return fromTexts(/** @type {Record<keyof Article, string>} */ (texts));
  }

  async #submit() {
    const article = this.#written;
    if (isSame(article, editable(this.#base.body))) {
      this.#say('Nothing was changed, so there is nothing to save.');
    } else {
      await this.#save(article);
    }
  }

  /** @param {Article} article */
  async #save(article) {
    try {
      this.#adopt(await this.#client.patch(this.#base, article));
      this.#say('Saved.', 'done');
    } catch (error) {
      if (!isMidAirCollision(error) || error.theirs === undefined) throw error;
      this.#collide(article, error);
    }
  }

  /**
   * @param {Article} mine
   * @param {import('../client/index.js').MidAirCollision} collision
   */
  #collide(mine, { theirs, alreadyApplied }) {
    const now = /** @type {Representation} */ (theirs);
    if (alreadyApplied) {
      this.#adopt(now);
      this.#say('Rejected, but the same change is already saved.', 'done');
      return;
    }
    this.#compare(mine, now, {
      title: `Rejected: somebody saved after ${this.#person} read it`,
      explanation: `${this.#person}’s changes were not saved, but they are kept here. Choose what to save.`,
      isRejected: true,
    });
  }

  async #readAgain() {
    const mine = this.#written;
    const started = this.#base;
    /** @type {Representation} */
    const now = await this.#client.get(this.#url);
    if (now.etag === started.etag) {
      this.#hideNews();
      this.#say('Nothing has changed.');
    } else if (isSame(mine, editable(started.body))) {
      this.#adopt(now);
      this.#say('Somebody changed it. The form now shows the new version.');
    } else {
      this.#compare(mine, now, {
        title: `Somebody saved after ${this.#person} read it`,
        explanation: `${this.#person} has not saved yet. Choose what to save.`,
        isRejected: false,
      });
    }
  }

  /** Past the client, which would not send it. */
  async #saveBlindly() {
    const response = await this.#fetch(this.#url, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(this.#written),
    });
    const { message } = await response.json();
    this.#say(`${response.status}: ${message}`, 'trouble');
  }

  /**
   * Lets the person choose between what they wrote and what is there now.
   *
   * @param {Article} mine
   * @param {Representation} theirs
   * @param {{ title: string, explanation: string, isRejected: boolean }} words
   */
  #compare(mine, theirs, words) {
    const sides = { base: editable(this.#base.body), mine, theirs: editable(theirs.body) };
    const form = comparison(this.#person, sides, words, (resolved) => {
      void this.#oneAtATime(() => this.#settle(resolved, theirs));
    });
    this.#watching.abort();
    this.#hideNews();
    this.#show('comparison');
    this.#part('comparison').replaceChildren(form);
    this.#say('');
    find(form, 'h3').focus();
  }

  /**
   * Saves what was chosen, from what it was compared with.
   *
   * @param {Article} resolved
   * @param {Representation} theirs
   */
  async #settle(resolved, theirs) {
    if (isSame(resolved, editable(theirs.body))) {
      this.#adopt(theirs);
      this.#say('The saved version was kept. There was nothing to save.', 'done');
    } else {
      this.#startFrom(theirs);
      await this.#save(resolved);
    }
    if (!this.#form.hidden) find(this.#form, '.primary').focus();
  }

  /** @param {Representation} representation */
  #adopt(representation) {
    this.#startFrom(representation);
    for (const { name } of PROPERTIES) {
      const input = /** @type {HTMLInputElement} */ (find(this.#form, `[name="${name}"]`));
      input.value = textOf(representation.body, name);
    }
    this.#show('form');
  }

  /** @param {Representation} representation */
  #startFrom(representation) {
    this.#base = representation;
    this.#part('tag').replaceChildren(entityTag(representation.etag));
    this.#hideNews();
    void this.#watch(representation);
  }

  /**
   * Tells the person as soon as somebody else has saved, while they are still typing.
   *
   * @param {Representation} base what the form was started from
   */
  async #watch(base) {
    this.#watching.abort();
    this.#watching = new AbortController();
    const { signal } = this.#watching;
    try {
      for await (const now of this.#client.watch(base, { every: this.#every, signal })) {
        if (now.etag === base.etag) this.#hideNews();
        else this.#showNews();
      }
    } catch (error) {
      if (!signal.aborted) this.#say(sentenceOf(error), 'trouble');
    }
  }

  #showNews() {
    this.#part('news-text').textContent =
      `Somebody saved this article while ${this.#person} was editing it.`;
    this.#part('news').hidden = false;
  }

  #hideNews() {
    this.#part('news').hidden = true;
  }

  /** @param {'form' | 'comparison'} which */
  #show(which) {
    this.#form.hidden = which !== 'form';
    this.#part('comparison').hidden = which !== 'comparison';
  }

  /**
   * @param {string} sentence
   * @param {'done' | 'trouble' | 'said'} kind
   */
  #say(sentence, kind = 'said') {
    this.#part('outcome').textContent = sentence;
    this.#part('outcome').dataset['kind'] = kind;
  }

  /**
   * Shows what goes wrong.
   *
   * @param {() => Promise<void>} act
   */
  async #oneAtATime(act) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await act();
    } catch (error) {
      this.#say(sentenceOf(error), 'trouble');
    } finally {
      this.#isBusy = false;
    }
  }
}

/** @param {unknown} error */
function sentenceOf(error) {
  if (isResponseError(error) && error.status === 404) return 'The article no longer exists.';
  if (isLostAnswer(error)) {
    return 'The answer was lost. Save again: the change cannot be made twice.';
  }
  return error instanceof Error ? error.message : String(error);
}
