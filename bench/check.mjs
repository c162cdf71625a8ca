import assert from 'node:assert/strict';
import { request } from 'node:http';
import { SIZES, articleOfSize, idOf } from './articles.mjs';

/**
 * Checks what a server answers before it is timed: an answer that is wrong is quickly given.
 *
 * @throws AssertionError that names the server and what it should have answered.
 */
export async function checkAnswers(server, { name, scenarios, tag }, size) {
  const id = idOf(size, 0);
  const article = articleOfSize(id, SIZES[size]);
  const ask = (method, headers = {}) => answerOf(server.port, `/articles/${id}`, method, headers);

  const first = await ask('GET');
  const where = `${name}, ${size}`;
  assert.equal(first.status, 200, `${where}: GET`);
  assert.deepEqual(JSON.parse(first.body), article, `${where}: what GET sends`);
  const { etag } = first.headers;
  if (tag === undefined) assert.equal(etag, undefined, `${where}: no tag`);
  else assert.match(etag, tag, `${where}: the form of its tag`);

  if (scenarios.includes('304')) {
    const { status, body, headers } = await ask('GET', { 'If-None-Match': etag });
    assert.equal(status, 304, `${where}: GET with its tag`);
    assert.equal(body, '', `${where}: the body of a 304`);
    assert.equal(headers.etag, etag, `${where}: the tag of a 304`);
  }
  if (scenarios.includes('PUT stale')) {
    const { status } = await ask('PUT', { 'If-Match': '"00000000000000000000000000000000"' });
    assert.equal(status, 412, `${where}: PUT with a stale tag`);
    assert.equal((await ask('PUT')).status === 200, false, `${where}: PUT without a tag`);
  }
  if (scenarios.includes('PUT fresh')) {
    const { status, body, headers } = await ask('PUT', { 'If-Match': etag });
    assert.equal(status, 200, `${where}: PUT with its tag`);
    assert.equal(JSON.parse(body).version, article.version + 1, `${where}: what was written`);
    assert.notEqual(headers.etag, etag, `${where}: the tag of what was written`);
    const again = await ask('PUT', { 'If-Match': etag });
    assert.equal(again.status, 412, `${where}: PUT with the same tag again`);
  }
}

const CHANGE = JSON.stringify({ name: 'How nobody overwrote it' });

function answerOf(port, path, method, headers) {
  const body = method === 'PUT' ? CHANGE : undefined;
  const fields = {
    ...headers,
    ...(body && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
  };
  return new Promise((resolve, reject) => {
    request(
      { port, host: '127.0.0.1', path, method, headers: fields, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => (text += part));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: text }),
        );
      },
    )
      .on('error', reject)
      .end(body);
  });
}
