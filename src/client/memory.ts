/** What is known of one representation: enough to write against it, and to answer a 304 from. */
export interface Remembered {
  readonly etag: string;
  /** The JSON text that the tag came with; `undefined` for other media types, whose bodies are not kept. */
  readonly text: string | undefined;
  /** The header fields it came with, as they are needed to answer a 304. */
  readonly fields?: Headers;
  /** The request's values of the fields that say whose and which representation it was. */
  readonly selectedBy?: string;
}

/** Why no tag is known: nothing was read (lately), or the last answer had no tag. */
export type Unknown = 'unread' | 'untagged';

interface Entry {
  readonly known: Remembered | Unknown;
  /** When the request that this was learned from was started; for a write, when it had ended. */
  readonly asOf: number;
}

/**
 * What a client remembers, per URL; of more than `capacity` URLs, those that were not used for the
 * longest time are forgotten.
 *
 * Knowledge is dated, so that a slow answer cannot undo a newer one: a read that was started before
 * another read, or before a write ended, may show what was there before it.
 */
export interface Memory {
  /** The next moment, later than every one before. */
  now(): number;
  recall(url: string): Remembered | Unknown;
  /** Takes `known` for what is there as of then, unless something newer is known. */
  learn(url: string, known: Remembered | Unknown, asOf: number): void;
  /**
   * Notes that a write is on its way: what caches below this one hold, and what is read meanwhile,
   * may be from before it. To be called again when it has ended.
   */
  distrustCaches(url: string, isOnItsWay: boolean): void;
  /** Whether an answer from such a cache would have to be revalidated first. */
  distrustsCaches(url: string): boolean;
  /** Ends the distrust: what the caches hold was revalidated by a request started at `asOf`. */
  trustCaches(url: string, asOf: number): void;
}

export function createMemory(capacity: number): Memory {
  const entries = new Map<string, Entry>();
  const distrusted = new Map<string, number>();
  let moment = 0;
  const now = (): number => (moment += 1);

  return {
    now,
    recall(url) {
      const entry = entries.get(url);
      if (entry) keepNewest(entries, url, entry, capacity);
      return entry?.known ?? 'unread';
    },
    learn(url, known, asOf) {
      const entry = entries.get(url);
      if (entry && entry.asOf > asOf) return;
      keepNewest(entries, url, { known, asOf }, capacity);
    },
    distrustCaches: (url, isOnItsWay) =>
      keepNewest(distrusted, url, isOnItsWay ? Infinity : now(), capacity),
    distrustsCaches: (url) => distrusted.has(url),
    trustCaches(url, asOf) {
      if ((distrusted.get(url) ?? asOf) < asOf) distrusted.delete(url);
    },
  };
}

/** Puts the entry last in line and drops the first when there are too many. */
function keepNewest<V>(map: Map<string, V>, key: string, value: V, capacity: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= capacity) return;
    map.delete(oldest);
  }
}
