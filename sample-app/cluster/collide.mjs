/**
 * Lets writers collide: in each round everyone reads the same user, and everyone saves it at once with
 * the tag that they read. Users have no version, and their handlers write without any condition. Prints who won, and ends
 * non-zero if it was not exactly one.
 *
 *   npm run collide -- [url] [writers] [rounds]
 */
const [url = 'http://localhost:3000/users/1', writers = '50', rounds = '5'] = process.argv.slice(2);

await fetch(url).catch(() => {
  console.error(`Nothing answers at ${url}: start the processes first, npm run start:cluster`);
  process.exit(1);
});

const rows = [];
for (let round = 1; round <= Number(rounds); round++) {
  const read = await fetch(url);
  const etag = read.headers.get('etag') ?? '';
  const { age, email } = await read.json();
  const answers = await Promise.all(
    Array.from({ length: Number(writers) }, (_, writer) =>
      save(etag, { name: `round ${round}, writer ${writer}`, age, email }),
    ),
  );
  const winners = answers.filter(({ status }) => status === 200);
  const now = await (await fetch(url)).json();
  rows.push({
    round,
    'the tag all sent': etag.slice(1, 9),
    'answered 200': winners.length,
    'answered 412': answers.filter(({ status }) => status === 412).length,
    'answered otherwise': answers.filter(({ status }) => status !== 200 && status !== 412).length,
    'who won': winners.map(({ name }) => name).join('; '),
    'by the process on': winners.map(({ port }) => port).join(', '),
    'what is there now': now.name,
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
 * @param {{ name: string, age: number, email: string }} user
 */
async function save(etag, user) {
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'If-Match': etag, 'Content-Type': 'application/json' },
    body: JSON.stringify(user),
  });
  await answer.arrayBuffer();
  return {
    status: answer.status,
    name: user.name,
    port: answer.headers.get('x-served-by') ?? '–',
  };
}
