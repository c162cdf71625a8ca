// Declared here, because there are platforms that have none.
declare const document:
  | (Pick<EventTarget, 'addEventListener' | 'removeEventListener'> & {
      readonly visibilityState?: string;
    })
  | undefined;

/** Waits until somebody can see the page; at once where there is no page. Rejects if `signal` is aborted first. */
export function whenVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const page = typeof document === 'object' ? document : undefined;
    const end = (settle: () => void) => (): void => {
      page?.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', leave);
      settle();
    };
    const shown = end(resolve);
    const leave = end(() => reject(signal.reason));
    const look = (): void => void (page?.visibilityState !== 'hidden' && shown());
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave);
    page?.addEventListener('visibilitychange', look);
    look();
  });
}
