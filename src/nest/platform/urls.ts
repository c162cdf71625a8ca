/** What a request says of its URL; the original one is from before an application that mounts this one took off its path. */
interface Urls {
  readonly url: string;
  readonly originalUrl: string;
}

/** The same of a request to another URL; the original one only where it ends with what it has become. */
export function urlsOf({ url: own, originalUrl }: Urls, url: string): Partial<Urls> {
  if (!originalUrl.endsWith(own)) return { url };
  return { url, originalUrl: originalUrl.slice(0, -own.length) + url };
}
