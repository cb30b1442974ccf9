import { MESSAGE_TYPES } from "../../bitcoin/message-types.ts";
import type { Direction } from "../../event/message.ts";
import { BoundedMap } from "../../util/bounded-map.ts";

/** A message of a connection, or a change of the connection itself. */
export interface HistoryEntry {
  /** In ms since the epoch. */
  readonly time: number;
  /** Null for a change of the connection. */
  readonly direction: Direction | null;
  /** The message's type, or what changed. */
  readonly text: string;
  /** Of the payload, in bytes; 0 for a change. */
  readonly size: number;
}

/** Texts that are kept apart, of all peers together: peers choose them. */
const MAX_TEXTS = 1000;
const MAX_SIZE = 2 ** 32 - 1;
const DIRECTIONS = [null, "in", "out"] as const;

/** Numbers texts, so that an entry takes two bytes for its own. */
export class TextNumbers {
  readonly #texts: string[] = [];
  readonly #numbers = new BoundedMap<number>(
    MAX_TEXTS,
    (text) => this.#texts.push(text) - 1,
    MESSAGE_TYPES,
  );

  numberOf(text: string): number {
    return this.#numbers.get(text);
  }

  textOf(number: number): string {
    return this.#texts[number]!;
  }
}

/** The last entries of a connection, 14 bytes each. */
export class MessageHistory {
  readonly #texts: TextNumbers;
  readonly #times: Float64Array;
  readonly #sizes: Uint32Array;
  /** Three times the number of the text, plus the direction's index. */
  readonly #kinds: Uint16Array;
  #added = 0;

  constructor(capacity: number, texts: TextNumbers) {
    this.#texts = texts;
    this.#times = new Float64Array(capacity);
    this.#sizes = new Uint32Array(capacity);
    this.#kinds = new Uint16Array(capacity);
  }

  add({ time, direction, text, size }: HistoryEntry): void {
    const at = this.#added++ % this.#times.length;
    this.#times[at] = time;
    this.#sizes[at] = Math.min(MAX_SIZE, size);
    this.#kinds[at] = 3 * this.#texts.numberOf(text) + DIRECTIONS.indexOf(direction);
  }

  /** Oldest first. */
  list(): HistoryEntry[] {
    const capacity = this.#times.length;
    const length = Math.min(this.#added, capacity);
    return Array.from({ length }, (_, i) => {
      const at = (this.#added - length + i) % capacity;
      const kind = this.#kinds[at]!;
      return {
        time: this.#times[at]!,
        direction: DIRECTIONS[kind % 3]!,
        text: this.#texts.textOf(Math.floor(kind / 3)),
        size: this.#sizes[at]!,
      };
    });
  }
}
