import {
  createConnection,
  createETagClient,
  type ETagClient,
  get,
  isMergeConflict,
  isMidAirCollision,
  put,
  type Representation,
  threeWayMerge,
} from '../../../src/client/index.js';

export interface Article {
  title: string;
  text: string;
  stars: number;
}

export async function firstSteps(baseUrl: string): Promise<void> {
  const client = createETagClient({ baseUrl });

  const article = await client.get<Article>('/articles/1');
  // { url: 'https://…/articles/1', etag: '"…"', body: { title: 'Tags', … } }

  const saved = await client.put(article, { ...article.body, title: 'Entity tags' });
  // PUT with If-Match; somebody was faster: a MidAirCollision

  await client.delete(saved);
  // DELETE with the If-Match of what was saved
}

export async function save(
  client: ETagClient,
  base: Representation<Article>,
  form: Partial<Article>, // the fields that the form has
): Promise<Representation<Article>> {
  const mine = { ...base.body, ...form };
  try {
    return await client.put(base, mine);
  } catch (error) {
    if (!isMidAirCollision<Article>(error) || !error.theirs) throw error;
    if (error.alreadyApplied) return error.theirs;
    const { merged, conflicts } = threeWayMerge(base.body, mine, error.theirs.body);
    const resolved = await ask(merged, conflicts); // shows both, lets a person decide
    return save(client, error.theirs, resolved);
  }
}

export function star(client: ETagClient) {
  return client.update<Article>('/articles/1', (article) => ({
    ...article,
    stars: article.stars + 1,
  }));
}

export async function submit(
  client: ETagClient,
  base: Representation<Article>,
  form: Partial<Article>,
) {
  try {
    return await client.update(base, (article) => ({ ...article, ...form }), { merge: true });
  } catch (error) {
    if (!isMergeConflict<Article>(error) || !error.theirs) throw error;
    // [{ pointer: '/title', base: 'Tags', mine: 'Entity tags', theirs: 'ETags' }]
    const resolved = await ask(error.merged, error.conflicts);
    return client.put(error.theirs, resolved);
  }
}

export async function editing(
  client: ETagClient,
  base: Representation<Article>,
  signal: AbortSignal, // aborted when the form is closed or saved
) {
  for await (const theirs of client.watch(base, { every: 5000, signal })) {
    showThatSomebodySaved(theirs.body);
  }
}

export async function small(url: string) {
  const connection = createConnection();
  const article = await get<Article>(connection, url);
  await put(connection, article, { ...article.body, title: 'Entity tags' });
}

export function createSessionClient(baseUrl: string): ETagClient {
  return createETagClient({
    baseUrl,
    fetch: (input, init) => fetch(input, { ...init, credentials: 'include' }),
  });
}

export function hydrate(client: ETagClient, page: { url: string; etag: string; article: Article }) {
  client.remember({ url: page.url, etag: page.etag, body: page.article });
}

export async function create(client: ETagClient, article: Article) {
  await client.put('/articles/7', article, { headers: { 'If-None-Match': '*' } }); // only if there is none
  await client.put('/articles/7', article, { headers: { 'If-Match': '*' } }); // whatever is there
}

/** Stands for a line at the form. */
export const shown: Article[] = [];
function showThatSomebodySaved(article: Article): void {
  shown.push(article);
}

/** Stands for a dialogue; here the person always insists. */
async function ask(
  merged: Article,
  conflicts: readonly { pointer: string; mine: unknown }[],
): Promise<Article> {
  const decided = conflicts.map(({ pointer, mine }) => [pointer.slice(1), mine] as const);
  return { ...merged, ...Object.fromEntries(decided) };
}
