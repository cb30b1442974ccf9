/** Messages of a type, and their bytes, each way. */
export interface TypeCount {
  readonly type: string;
  inMessages: number;
  inBytes: number;
  outMessages: number;
  outBytes: number;
}

/** There are about forty types. A peer can make up others: they are counted together. */
const MOST = 60;
const OTHERS = "(others)";

/** What a peer and the node sent each other, by type. */
export class TypeCounts {
  readonly #counts = new Map<string, TypeCount>();

  /** The one with the most bytes first. */
  get all(): TypeCount[] {
    return [...this.#counts.values()].sort((a, b) => bytesOf(b) - bytesOf(a));
  }

  add(direction: "in" | "out", type: string, size: number): void {
    const count = this.#counts.get(type) ?? this.#begin(type);
    if (direction === "in") {
      count.inMessages++;
      count.inBytes += size;
    } else {
      count.outMessages++;
      count.outBytes += size;
    }
  }

  #begin(name: string): TypeCount {
    const type = this.#counts.size < MOST ? name : OTHERS;
    const known = this.#counts.get(type);
    if (known !== undefined) return known;
    const count = { type, inMessages: 0, inBytes: 0, outMessages: 0, outBytes: 0 };
    this.#counts.set(type, count);
    return count;
  }
}

function bytesOf({ inBytes, outBytes }: TypeCount): number {
  return inBytes + outBytes;
}
