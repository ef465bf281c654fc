/**
 * A map that forgets what was not asked for the longest. It keeps two generations, of which the older one is dropped as
 * a whole when the younger one is full: what is asked for often stays where it is, and costs nothing to keep.
 */
export class LRUCache<K, V> {
  private young = new Map<K, V>();
  private old = new Map<K, V>();

  /** @param capacity the most entries that are kept; the half of them that was asked for last is */
  constructor(private readonly capacity: number) {}

  get(key: K): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const older = this.old.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    if (!this.young.has(key) && this.young.size >= this.capacity / 2) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }
}
