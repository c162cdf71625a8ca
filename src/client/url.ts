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
  const base = (baseUrl ?? ownUrl()) || undefined;
  let absolute: URL;
  try {
    absolute = new URL(url, base);
  } catch {
    const how = base ? ` relative to "${String(base)}"` : ': make it absolute, or set baseUrl';
    throw new TypeError(`"${String(url)}" is not a URL${how}`);
  }
  absolute.hash = '';
  return absolute.href;
}

function ownUrl(): string | undefined {
  if (typeof document === 'object') return document.baseURI;
  return typeof location === 'object' ? location.href : undefined;
}
