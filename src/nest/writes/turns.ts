/**
 * Writers of one resource take turns, within this process.
 *
 * A writer *watches* its resource before it reads what it compares with, and takes its turn before
 * it writes. Turns are counted, so that a writer knows whether what it read still holds. A resource
 * that nobody watches is forgotten.
 */
export class Turns {
  private readonly resources = new Map<string, Resource>();

  /** How many resources somebody watches at this moment. */
  get size(): number {
    return this.resources.size;
  }

  /**
   * Begins to watch a resource.
   *
   * @param key which resource it is.
   */
  watch(key: string): Watch {
    return new Watch(this, key);
  }

  /** @internal One more watcher of the resource. */
  enter(key: string): Resource {
    let resource = this.resources.get(key);
    if (resource === undefined) {
      resource = { watchers: 0, turns: 0, last: undefined };
      this.resources.set(key, resource);
    }
    resource.watchers += 1;
    return resource;
  }

  /** @internal One watcher less; the last one takes the resource with it. */
  leave(key: string, resource: Resource): void {
    resource.watchers -= 1;
    if (resource.watchers === 0) this.resources.delete(key);
  }
}

interface Resource {
  watchers: number;
  /** How many turns have ended since the first of its present watchers came. */
  turns: number;
  /** Settles when the last writer in the queue has had its turn; `undefined` when nobody has one. */
  last: Promise<void> | undefined;
}

/** A view that saw nothing of what went on. */
const NOTHING_SEEN = -1;

/** One writer's view of one resource, from {@link Turns.watch} until its turn, or its answer, is over. */
export class Watch {
  private resource: Resource;
  private turnsSeen: number;
  private state: 'watching' | 'queued' | 'left' = 'watching';

  constructor(
    private readonly all: Turns,
    private readonly key: string,
  ) {
    this.resource = all.enter(key);
    this.turnsSeen = this.resource.turns;
  }

  /** Whether another writer had a turn since this watch began. */
  get outdated(): boolean {
    return this.resource.turns !== this.turnsSeen;
  }

  /**
   * Runs the work when all writers that came before have had their turn. The turn ends when the
   * work's own promise settles, and not before: whatever becomes of the request meanwhile.
   */
  async takeTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.state === 'left') this.enterAgain();
    this.state = 'queued';
    const { resource } = this;
    const before = resource.last;
    let end!: () => void;
    const turn = new Promise<void>((resolve) => {
      end = resolve;
    });
    resource.last = turn;
    try {
      if (before !== undefined) await before;
      return await work();
    } finally {
      resource.turns += 1;
      if (resource.last === turn) resource.last = undefined;
      end();
      this.leave();
    }
  }

  /** The answer is over. A turn that is waited for or held goes on and ends by itself. */
  close(): void {
    if (this.state === 'watching') this.leave();
  }

  private leave(): void {
    this.state = 'left';
    this.all.leave(this.key, this.resource);
  }

  private enterAgain(): void {
    this.resource = this.all.enter(this.key);
    this.turnsSeen = NOTHING_SEEN;
  }
}
