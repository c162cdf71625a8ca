import type { Exchange } from '../exchange/exchange.js';
import type { OnceLog } from '../checks/once-log.js';
import { isEntity } from './tagger.js';

/**
 * Tells the answer of a guarded write that is the new representation from one that certainly is something else
 * (`{ success: true }`). A tag of that would be refused when its client writes again, as if somebody had been faster.
 */
export class WrittenAnswers {
  constructor(private readonly log: OnceLog) {}

  /**
   * Whether what a write answers may be what GET sends from now on. What certainly is not is said once.
   *
   * @param answer the value before it is serialized; `undefined` for a text or bytes.
   */
  mayBeTagged({ route, write }: Exchange, answer: unknown): boolean {
    if (write === undefined) return true;
    const { found, foundValue } = write.precondition;
    const isOther =
      (found !== undefined && lacksVersion(route.tag, answer)) ||
      isOfAnotherShape(answer, foundValue);
    if (isOther) {
      this.log.warn(
        `${route.handlerName} answers with something else than GET sends, so its answer gets no entity tag: return what GET returns, and its client can write again without a read; or say that it is meant, with @IfMatch({ etag: false })`,
      );
    }
    return !isOther;
  }
}

/** Whether the answer has no version, where what was read before the write has one. */
function lacksVersion(tag: Exchange['route']['tag'], answer: unknown): boolean {
  if (tag?.kind !== 'revision' || Array.isArray(answer)) return false;
  if (!isEntity(answer)) return true;
  try {
    return (tag.revisionOf(answer) ?? undefined) === undefined;
  } catch {
    return false;
  }
}

/** Whether two values have nothing in common: a list and an object, a text and an object, no property of the same name. */
function isOfAnotherShape(answer: unknown, read: unknown): boolean {
  if (!hasOwnForm(read)) return false;
  if (!isEntity(answer)) return true;
  if (!hasOwnForm(answer)) return false;
  if (Array.isArray(answer) !== Array.isArray(read)) return true;
  const names = Object.keys(read);
  return (
    !Array.isArray(read) && names.length > 0 && !names.some((name) => Object.hasOwn(answer, name))
  );
}

/** Whether what is sent of an object are its own properties, as far as can be seen. */
function hasOwnForm(value: unknown): value is object {
  return isEntity(value) && typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}
