import { isJsonObject } from './json.js';

/** The `reason` of a parsed body, as nestjs-etag gives it. */
export function reasonIn(body: unknown): string | undefined {
  const reason = isJsonObject(body) ? body['reason'] : undefined;
  return typeof reason === 'string' ? reason : undefined;
}
