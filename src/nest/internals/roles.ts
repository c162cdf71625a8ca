/** How our enhancers are known in the metadata of controllers, and our module among the modules, whichever copy of the package they come from. */
export const ROLES = {
  etag: 'etag-guard',
  ifMatch: 'if-match-guard',
  interceptor: 'etag-interceptor',
  fence: 'if-match-fence',
  module: 'etag-module',
} as const;
