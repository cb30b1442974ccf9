import { BoundedMap } from "../../util/bounded-map.ts";
import type { Direction } from "../traffic.ts";

/** A message of a peer without its payload. */
export interface MessageHeader {
  /** In ms since the epoch. */
  readonly time: number;
  readonly direction: Direction;
  readonly type: string;
  /** In bytes. */
  readonly size: number;
}

/** Messages that are kept of each peer. */
export const MAX_MESSAGES = 200;
/** Names of types that are told apart, of all peers together: peers choose them. */
const MAX_TYPES = 1000;
const LARGEST = 2 ** 32 - 1;

/** Numbers for the names of message types, so that a message takes two bytes for its own. */
export class TypeNumbers {
  readonly #names: string[] = [];
  readonly #numbers = new BoundedMap<number>(MAX_TYPES, (name) => this.#names.push(name) - 1);

  numberOf(name: string): number {
    return this.#numbers.get(name);
  }

  nameOf(number: number): string {
    return this.#names[number]!;
  }
}

/** The last messages of a peer: 14 bytes each. */
export class MessageHistory {
  readonly #types: TypeNumbers;
  readonly #times = new Float64Array(MAX_MESSAGES);
  readonly #sizes = new Uint32Array(MAX_MESSAGES);
  /** Number of the type, doubled; odd for what the peer sent. */
  readonly #kinds = new Uint16Array(MAX_MESSAGES);
  #added = 0;

  constructor(types: TypeNumbers) {
    this.#types = types;
  }

  add({ time, direction, type, size }: MessageHeader): void {
    const at = this.#added++ % MAX_MESSAGES;
    this.#times[at] = time;
    this.#sizes[at] = Math.min(LARGEST, size);
    this.#kinds[at] = 2 * this.#types.numberOf(type) + (direction === "in" ? 1 : 0);
  }

  /** Newest first. */
  list(): MessageHeader[] {
    const length = Math.min(this.#added, MAX_MESSAGES);
    return Array.from({ length }, (_, i) => {
      const at = (this.#added - 1 - i) % MAX_MESSAGES;
      const kind = this.#kinds[at]!;
      return {
        time: this.#times[at]!,
        direction: kind % 2 === 1 ? "in" : "out",
        type: this.#types.nameOf(kind >> 1),
        size: this.#sizes[at]!,
      };
    });
  }
}
