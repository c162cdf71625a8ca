/**
 * One request and its answer, as they were sent.
 *
 * @typedef {object} Exchange
 * @property {string} person who sent it
 * @property {string} method
 * @property {string} path
 * @property {string | undefined} ifMatch
 * @property {string | undefined} ifNoneMatch
 * @property {number | undefined} status `undefined` if no answer came
 * @property {string} statusText
 * @property {string | undefined} etag of the answer
 * @property {string | undefined} reason why the server refused
 */

/**
 * A `fetch` that tells of every exchange when its answer is there.
 *
 * It goes around the browser's HTTP cache. Otherwise Alice and Bob would share one, as two tabs do, and a script
 * would see a 200 where the server has answered 304. So each of them is like a person with a device of
 * their own, and their client does what the cache would: it remembers, and sends If-None-Match.
 *
 * @param {string} person
 * @param {(exchange: Exchange) => void} tell
 * @returns {typeof fetch}
 */
export function watchedFetch(person, tell) {
  return async (input, init) => {
    const request = new Request(input, { ...init, cache: 'no-store' });
    const sent = sentBy(person, request);
    try {
      const response = await fetch(request);
      tell({ ...sent, ...(await answeredBy(response)) });
      return response;
    } catch (error) {
      // The page itself gave up waiting: nothing to tell.
      if (!request.signal.aborted)
        tell({ ...sent, status: undefined, statusText: '', etag: undefined, reason: undefined });
      throw error;
    }
  };
}

/**
 * @param {string} person
 * @param {Request} request
 */
function sentBy(person, { method, url, headers }) {
  return {
    person,
    method,
    path: new URL(url).pathname,
    ifMatch: headers.get('If-Match') ?? undefined,
    ifNoneMatch: headers.get('If-None-Match') ?? undefined,
  };
}

/** @param {Response} response */
async function answeredBy(response) {
  const { status, statusText, headers } = response;
  const isRefusal = status === 412 || status === 428;
  /** @type {{ reason?: string }} */
  const { reason } = isRefusal ? await response.clone().json() : {};
  return { status, statusText, etag: headers.get('ETag') ?? undefined, reason };
}
