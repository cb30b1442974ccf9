/** What was said on a connection last: a ring of columns, so that it costs no object a message. */
export class Conversation {
  readonly #times = new Float64Array(CAPACITY);
  readonly #sizes = new Float64Array(CAPACITY);
  readonly #directions = new Uint8Array(CAPACITY);
  readonly #texts: string[] = [];
  /** How many there were. */
  #count = 0;

  /** @param size of a message, in bytes; NaN for what happened to the connection itself */
  add(time: number, direction: Direction, text: string, size = Number.NaN): void {
    const at = this.#count++ % CAPACITY;
    this.#times[at] = time;
    this.#sizes[at] = size;
    this.#directions[at] = DIRECTIONS.indexOf(direction);
    this.#texts[at] = text;
  }

  /** Those that are kept, the oldest first. */
  get all(): MessageEntry[] {
    const kept = Math.min(this.#count, CAPACITY);
    return Array.from({ length: kept }, (_, i) => this.#at((this.#count - kept + i) % CAPACITY));
  }

  #at(at: number): MessageEntry {
    return {
      time: this.#times[at]!,
      direction: DIRECTIONS[this.#directions[at]!]!,
      text: this.#texts[at]!,
      size: this.#sizes[at]!,
    };
  }
}

export interface MessageEntry {
  /** Milliseconds since the UNIX epoch. */
  readonly time: number;
  readonly direction: Direction;
  /** A message's type as it was sent, or what happened. */
  readonly text: string;
  readonly size: number;
}

/** `none`: it happened to the connection. */
export type Direction = "in" | "out" | "none";

const DIRECTIONS: readonly Direction[] = ["in", "out", "none"];
const CAPACITY = 1000;
