/**
 * Lets writers collide: in each round everyone reads the same article, and everyone saves it at once with
 * the tag that they read. Prints who won, and ends non-zero if it was not exactly one.
 *
 *   npm run collide -- [url] [writers] [rounds]
 */
const [url = 'http://localhost:3000/articles/1', writers = '50', rounds = '5'] =
  process.argv.slice(2);

await fetch(url).catch(() => {
  console.error(`Nothing answers at ${url}: start the processes first, npm run start:cluster`);
  process.exit(1);
});

const rows = [];
for (let round = 1; round <= Number(rounds); round++) {
  const read = await fetch(url);
  const etag = read.headers.get('etag') ?? '';
  await read.arrayBuffer();
  const answers = await Promise.all(
    Array.from({ length: Number(writers) }, (_, writer) => save(etag, `written by ${writer}`)),
  );
  const winners = answers.filter(({ status }) => status === 200);
  const now = await (await fetch(url)).json();
  rows.push({
    round,
    'the tag all sent': etag.slice(1, 9),
    'answered 200': winners.length,
    'answered 412': answers.filter(({ status }) => status === 412).length,
    'answered otherwise': answers.filter(({ status }) => status !== 200 && status !== 412).length,
    'who won': winners.map(({ body }) => body).join(', '),
    'by the process on': winners.map(({ port }) => port).join(', '),
    'what is there now': now.body,
  });
}
console.table(rows);
process.exitCode = rows.every(
  (row) => row['answered 200'] === 1 && row['who won'] === row['what is there now'],
)
  ? 0
  : 1;

/**
 * @param {string} etag
 * @param {string} body
 */
async function save(etag, body) {
  const answer = await fetch(url, {
    method: 'PATCH',
    headers: { 'If-Match': etag, 'Content-Type': 'application/json' },
    body: JSON.stringify({ body }),
  });
  await answer.arrayBuffer();
  return { status: answer.status, body, port: answer.headers.get('x-served-by') ?? '–' };
}
