/**
 * The simulation's only source of randomness: sfc32 (Chris Doty-Humphrey's small fast counter, 128 bits of state).
 * The same seed gives the same numbers on every machine. Not for secrets.
 */
export class Prng {
  readonly #state = new Uint32Array(4);

  /** @param seed its low 32 bits are used */
  constructor(seed: number) {
    this.#state.set([seed, 0x9e3779b9, 0x243f6a88, 1]);
    for (let i = 0; i < 12; i++) this.u32(); // spreads the seed over the state
  }

  /** Uniform in [0, 2^32). */
  u32(): number {
    const s = this.#state;
    const result = (s[0]! + s[1]! + s[3]!) >>> 0;
    s[3]! += 1;
    s[0] = s[1]! ^ (s[1]! >>> 9);
    s[1] = s[2]! + (s[2]! << 3);
    s[2] = ((s[2]! << 21) | (s[2]! >>> 11)) + result;
    return result;
  }

  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }

  /** Uniform in [0, 1). */
  fraction(): number {
    return this.u32() / 0x1_0000_0000;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low);
  }

  /** A whole number, uniform in [low, high], both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Exponentially distributed: the wait for the next event of a Poisson process. */
  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }

  /** Many small and a few large values, half of them below `median`. */
  skewed(median: number, spread: number): number {
    const normal =
      Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(this.between(0, 2 * Math.PI));
    return median * Math.exp(spread * normal);
  }

  /** @param items at least one */
  pick<T>(items: readonly T[]): T {
    return items[this.integer(0, items.length - 1)]!;
  }

  /** One of the keys, with a probability proportional to its weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }

  /** Up to `count` different items, in no particular order. */
  sample<T>(items: readonly T[], count: number): T[] {
    const rest = [...items];
    const taken: T[] = [];
    while (taken.length < count && rest.length > 0) {
      taken.push(...rest.splice(this.integer(0, rest.length - 1), 1));
    }
    return taken;
  }

  bytes(count: number): Uint8Array {
    const words = new Uint32Array((count + 3) >> 2);
    for (let i = 0; i < words.length; i++) words[i] = this.u32();
    return new Uint8Array(words.buffer, 0, count);
  }
}
