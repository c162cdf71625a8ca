/** How our enhancers are known in the metadata of controllers, whichever copy of the package they come from. */
export const ROLES = {
  etag: 'etag-guard',
  ifMatch: 'if-match-guard',
  interceptor: 'etag-interceptor',
  turns: 'turn-taking',
} as const;
