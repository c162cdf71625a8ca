/**
 * What is asked of the servers. Each scenario makes the next request of a connection from the tag of its last answer, and
 * says with which status it is to be answered.
 */

const STALE = '"00000000000000000000000000000000"';
const CHANGE = JSON.stringify({ name: 'How nobody overwrote it' });

export const SCENARIOS = {
  200: { status: 200, request: (path) => get(path) },
  304: { status: 304, request: (path, etag) => get(path, `If-None-Match: ${etag}\r\n`) },
  'PUT unguarded': { status: 200, request: (path) => put(path) },
  'PUT fresh': {
    status: 200,
    request: (path, etag) => put(path, `If-Match: ${etag}\r\n`),
    changesTag: true,
  },
  'PUT stale': { status: 412, request: (path) => put(path, `If-Match: ${STALE}\r\n`) },
};

/** `GET` of a path, with the lines of further fields. */
export function get(path, fields = '') {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;
}

function put(path, fields = '') {
  return `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${CHANGE.length}\r\n${fields}\r\n${CHANGE}`;
}
