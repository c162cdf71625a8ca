/** How many resources are remembered. */
const MOST_RESOURCES = 1000;

/**
 * The tags that this process put on the answers of its last writes, by resource: whoever is refused with one of them, and
 * nobody else wrote, is refused because GET sends something else than was promised.
 */
export class IssuedTags {
  private readonly tags = new Map<string, string>();

  /** @param opaque the tag of the answer; `undefined` when it carried none. */
  remember(key: string, opaque: string | undefined): void {
    this.tags.delete(key);
    if (opaque === undefined) return;
    this.tags.set(key, opaque);
    const [oldest] = this.tags.keys();
    if (this.tags.size > MOST_RESOURCES && oldest !== undefined) this.tags.delete(oldest);
  }

  /** Whether the last write of a resource by this process was answered with this tag. */
  isLast(key: string, opaque: string): boolean {
    return this.tags.get(key) === opaque;
  }
}
