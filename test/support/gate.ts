/** Something that one part of a test waits for and another part lets happen: order without sleeping. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

/** A gate that is shut. */
export function gate(): Gate {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Opens when that many have arrived; everybody waits for the last. */
export function meetingOf(expected: number): () => Promise<void> {
  const everybody = gate();
  let arrived = 0;
  return () => {
    arrived += 1;
    if (arrived === expected) everybody.open();
    return everybody.opened;
  };
}

/** Lets the event loop turn until a condition holds; the test's own time limit is the only other end. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn();
}

/**
 * Lets everything run that needs no more input: what has not happened after it waits for somebody.
 * The rounds are many more than any chain of callbacks in this library has.
 */
export async function everythingElse(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
