// Declared here, because there are platforms that have neither.
declare const document: { readonly baseURI: string } | undefined;
declare const location: { readonly href: string } | undefined;

/**
 * `url` made absolute and without its fragment: the name under which its tag is remembered.
 *
 * Relative to `baseUrl`, else to the page or worker that the script runs in.
 *
 * @throws TypeError if it is relative and there is nothing that it could be relative to
 */
export function absoluteUrl(url: string | URL, baseUrl?: string | URL): string {
  const base = baseUrl ?? ownUrl();
  if (!URL.canParse(String(url), base && String(base))) {
    throw new TypeError(
      base
        ? `"${String(url)}" is not a URL relative to "${String(base)}"`
        : `"${String(url)}" is not an absolute URL: give one, or createETagClient({ baseUrl })`,
    );
  }
  const absolute = new URL(url, base);
  absolute.hash = '';
  return absolute.href;
}

function ownUrl(): string | undefined {
  if (typeof document === 'object') return document.baseURI;
  return typeof location === 'object' ? location.href : undefined;
}
