import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, type SubmitEvent, useEffect, useState } from 'react';
import {
  type ETagClient,
  isMergeConflict,
  type Representation,
} from '../../../src/client/index.js';
import { reading, saving } from './tanstack-query.recipe.js';

interface Article {
  title: string;
  text: string;
}

export function ArticlePage({ client, url }: { client: ETagClient; url: string }): ReactNode {
  const { data } = useQuery(reading<Article>(client, url));
  return data ? <ArticleForm client={client} start={data} /> : <p>Loading …</p>;
}

/** `base` lives here, beside the fields: a refetch of the query moves neither. */
function ArticleForm({
  client,
  start,
}: {
  client: ETagClient;
  start: Representation<Article>;
}): ReactNode {
  const [base, setBase] = useState(start);
  const [title, setTitle] = useState(start.body.title);
  const [theirs, setTheirs] = useState<Representation<Article>>();
  const save = useMutation(saving<Article>(client, useQueryClient()));

  const startFrom = (now: Representation<Article>): void => {
    setBase(now);
    setTitle(now.body.title);
    setTheirs(undefined);
  };
  const keepMine = (now: Representation<Article>): void => {
    setBase(now);
    setTheirs(undefined);
    save.reset();
  };
  const takeTheirs = (now: Representation<Article>): void => {
    startFrom(now);
    save.reset();
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate({ base, form: { title } }, { onSuccess: startFrom });
  };
  useEffect(() => {
    const closed = new AbortController();
    const watching = async (): Promise<void> => {
      const changes = client.watch(base, { every: 5000, signal: closed.signal });
      for await (const now of changes) setTheirs(now);
    };
    void watching().catch(reportError);
    return () => closed.abort();
  }, [client, base]);

  const conflict = isMergeConflict<Article>(save.error) ? save.error.theirs : undefined;
  return (
    <form onSubmit={submit}>
      {theirs && <p role="status">Somebody has saved: “{theirs.body.title}”.</p>}
      <label>
        Title <input value={title} onChange={(event) => setTitle(event.target.value)} />
      </label>
      <button disabled={save.isPending}>Save</button>
      {conflict && (
        <p role="alert">
          Both of you changed the title. Saved: “{conflict.body.title}”.{' '}
          <button type="button" onClick={() => takeTheirs(conflict)}>
            Take it
          </button>
          <button type="button" onClick={() => keepMine(conflict)}>
            Keep mine
          </button>
        </p>
      )}
      {save.error && !conflict && <p role="alert">{save.error.message}</p>}
    </form>
  );
}
