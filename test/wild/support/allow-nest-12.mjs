/** `--import`: lifts Sentry's bound on the version of Nest, as Sentry will. Without it nothing of Nest 12 is wrapped. */
import { register } from 'node:module';

const BOUNDED = '/@sentry/nestjs/build/esm/integrations/';

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.includes(BOUNDED) || loaded.source === undefined) return loaded;
  const source = Buffer.from(loaded.source).toString();
  return { ...loaded, source: source.replace(/(>=\d+\.0\.0) <12/g, '$1 <13') };
}

// The loader's own thread loads this file as well, and need not install it again.
if (!import.meta.url.endsWith('?loader')) register(`${import.meta.url}?loader`);
