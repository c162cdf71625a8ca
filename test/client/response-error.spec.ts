import { describe, expect, it } from '@jest/globals';
import { createETagClient } from '../../src/client/index.js';
import { rejection } from './support/with-store.js';

describe('ResponseError', () => {
  it.each([
    ['problem details', { title: 'Nope', detail: 'Not today.' }, ': Not today.'],
    ['problem details without detail', { title: 'Nope' }, ': Nope'],
    ['Nest’s shape', { statusCode: 400, message: 'Not today.' }, ': Not today.'],
    ['a list of complaints', { message: ['no title', 'no text'] }, ': ["no title","no text"]'],
    ['anything else', { code: 7 }, ''],
    ['nothing', undefined, ''],
  ])('says what the server said with %s', async (_case, body, said) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    expect(await answeredWith(text, 'application/problem+json; charset=utf-8')).toMatchObject({
      status: 400,
      body,
      message: `GET https://example.com/a was answered with 400${said}`,
    });
  });

  it('says what the server said in plain text', async () => {
    expect(await answeredWith('Not today.', 'text/plain')).toMatchObject({
      body: 'Not today.',
      message: expect.stringContaining(': Not today.'),
    });
  });

  it('shows the status also if the body is not the JSON that it claims to be', async () => {
    expect(await answeredWith('<h1>Bad Gateway</h1>', 'application/json')).toMatchObject({
      status: 400,
      body: '<h1>Bad Gateway</h1>',
    });
  });

  function answeredWith(text: string, type: string): Promise<unknown> {
    const headers = { 'Content-Type': type };
    const fetch = async (): Promise<Response> => new Response(text, { status: 400, headers });
    return rejection(createETagClient({ fetch }).get('https://example.com/a'));
  }
});
