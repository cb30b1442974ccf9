/**
 * A map that keeps at least the last `least` entries and at most twice that number, because the event that ends an
 * entry can be lost. Entries age in two generations: removing the oldest one at a time is slow in a busy map.
 */
export class RecentMap<Key, Value> {
  readonly #least: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();
  #forgotten = 0;

  constructor(least: number) {
    this.#least = least;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The number of entries that had to make room for later ones. */
  get forgotten(): number {
    return this.#forgotten;
  }

  get(key: Key): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: Key, value: Value): void {
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#least) return;
    this.#forgotten += this.#old.size;
    this.#old = this.#young;
    this.#young = new Map();
  }

  delete(key: Key): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** Removes the entry and returns its value. */
  take(key: Key): Value | undefined {
    const value = this.get(key);
    this.delete(key);
    return value;
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
