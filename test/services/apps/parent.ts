/** What an application tells the test that started it. */
export type Report =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'gate' | 'arrival'; readonly writer: string }
  | { readonly kind: 'log'; readonly level: string; readonly text: string }
  | { readonly kind: 'present' };

/** What the test tells the application. */
export type Order =
  { readonly kind: 'open'; readonly writer: string } | { readonly kind: 'ask' | 'close' };

export function tellParent(report: Report): void {
  process.send?.(report);
}

/** Tells the test that a writer is at the gate, and waits until it may go on. */
export function askParent(kind: 'gate', writer: string): Promise<void> {
  return new Promise((resolve) => {
    const listen = (order: Order): void => {
      if (order.kind !== 'open' || order.writer !== writer) return;
      process.off('message', listen);
      resolve();
    };
    process.on('message', listen);
    tellParent({ kind, writer });
  });
}

/** Does what the test orders; without the test, there is nothing left to do. */
export function obeyParent(close: () => void): void {
  process.on('message', ({ kind }: Order) => {
    if (kind === 'ask') tellParent({ kind: 'present' });
    if (kind === 'close') close();
  });
  process.on('disconnect', () => process.exit());
}
