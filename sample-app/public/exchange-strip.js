import { entityTag } from './entity-tag.js';
import { find, fromTemplate } from './template.js';

/** @typedef {import('./exchange.js').Exchange} Exchange */

/** What HTTP/2 and HTTP/3 no longer send with the number. RFC 9110 §15, RFC 6585 §3. */
const REASON_PHRASES = new Map([
  [200, 'OK'],
  [304, 'Not Modified'],
  [400, 'Bad Request'],
  [404, 'Not Found'],
  [412, 'Precondition Failed'],
  [428, 'Precondition Required'],
]);

/**
 * Shows exchanges in the list of a log, each at its end when it has happened. Those that only find again that nothing
 * has changed are counted.
 *
 * @param {HTMLElement} log
 * @returns {(exchange: Exchange) => void}
 */
export function exchangeStrip(log) {
  /** @type {Map<string, { item: HTMLElement, exchange: Exchange, times: number }>} */
  const last = new Map();
  return (exchange) => {
    const before = last.get(exchange.person);
    if (before && isRepetition(before.exchange, exchange)) {
      before.times += 1;
      find(before.item, '[data-part=times]').textContent = `× ${before.times}`;
      return;
    }
    const item = itemOf(exchange);
    last.set(exchange.person, { item, exchange, times: 1 });
    find(log, 'ol').append(item);
    log.scrollTop = log.scrollHeight;
  };
}

/**
 * @param {Exchange} before
 * @param {Exchange} exchange
 */
function isRepetition(before, { status, ifNoneMatch }) {
  return status === 304 && before.status === 304 && before.ifNoneMatch === ifNoneMatch;
}

/** @param {Exchange} exchange */
function itemOf(exchange) {
  const { person, method, path, ifMatch, ifNoneMatch, status, statusText, etag } = exchange;
  const { element, part } = fromTemplate('exchange');
  element.dataset['person'] = person;
  element.dataset['status'] = String(status ?? 'none');
  part('who').textContent = person;
  part('request').textContent = `${method} ${path}`;
  if (ifMatch !== undefined) part('precondition').append('If-Match: ', entityTag(ifMatch));
  if (ifNoneMatch !== undefined) {
    part('precondition').append('If-None-Match: ', entityTag(ifNoneMatch));
  }
  const phrase = statusText || REASON_PHRASES.get(status ?? 0) || '';
  part('status').textContent = status === undefined ? 'no answer' : `${status} ${phrase}`.trim();
  if (etag !== undefined) part('tag').append('ETag: ', entityTag(etag));
  part('meaning').textContent = meaningOf(exchange);
  return element;
}

/**
 * What an answer means, in a few words.
 *
 * @param {Exchange} exchange
 */
function meaningOf({ method, status, reason }) {
  const why = reason === undefined ? '' : ` (${reason})`;
  switch (status) {
    case 200:
      return method === 'GET' ? 'the article and its tag' : 'saved, with a new tag';
    case 304:
      return 'unchanged: no content sent';
    case 412:
      return `nothing written${why}`;
    case 428:
      return `nothing written${why}`;
    case 404:
      return 'there is no such article';
    case undefined:
      return method === 'GET' ? 'nothing was read' : 'it may have been saved or not';
    default:
      return reason ?? '';
  }
}
