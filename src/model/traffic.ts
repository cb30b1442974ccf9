import { isMessageType } from "../bitcoin/message-types.ts";
import type { RawEvent } from "../event/event.ts";
import { OTHER } from "../util/bounded-map.ts";
import type { Column, History } from "./history.ts";
import { numberOf, textOf } from "./values.ts";

/** Messages of a type in one direction. */
export interface Flow {
  readonly count: number;
  readonly bytes: number;
  /** Per second, over the last ten. */
  readonly countRate: number;
  readonly byteRate: number;
}

export interface TypeTraffic {
  readonly type: string;
  readonly in: Flow;
  readonly out: Flow;
}

/** What both directions amount to. */
export interface TrafficView {
  readonly types: readonly TypeTraffic[];
}

export type Direction = "in" | "out";

/** Types other than the known ones that are counted apart: a peer can name a message anything. */
const MAX_UNKNOWN_TYPES = 12;

class FlowCounter {
  count = 0;
  bytes = 0;
  readonly #counts: Column;
  readonly #bytes: Column;
  readonly #history: History;

  constructor(history: History, direction: Direction, type: string) {
    this.#history = history;
    this.#counts = history.column(`messages.${direction}.count.${type}`);
    this.#bytes = history.column(`messages.${direction}.bytes.${type}`);
  }

  add(size: number): void {
    this.count++;
    this.bytes += size;
    this.#counts.add(1);
    this.#bytes.add(size);
  }

  view(): Flow {
    return {
      count: this.count,
      bytes: this.bytes,
      countRate: this.#history.rate(this.#counts),
      byteRate: this.#history.rate(this.#bytes),
    };
  }
}

/** Messages by type and direction. */
export class Traffic {
  readonly #history: History;
  readonly #types = new Map<string, Record<Direction, FlowCounter>>();
  #unknown = 0;

  constructor(history: History) {
    this.#history = history;
  }

  /** @returns the type that it was counted under; null when the event does not tell */
  message(event: RawEvent, direction: Direction): string | null {
    const type = textOf(event, "msg_type");
    const size = numberOf(event, "size");
    if (type === null || size === null) return null;
    const counted = this.#counted(type);
    this.#flows(counted)[direction].add(size);
    return counted;
  }

  view(): TrafficView {
    const types = [...this.#types].map(([type, flows]) => ({
      type,
      in: flows.in.view(),
      out: flows.out.view(),
    }));
    const bytes = ({ in: a, out: b }: TypeTraffic): number => a.bytes + b.bytes;
    return { types: types.sort((a, b) => bytes(b) - bytes(a)) };
  }

  #counted(type: string): string {
    if (this.#types.has(type) || isMessageType(type)) return type;
    return this.#unknown++ < MAX_UNKNOWN_TYPES ? type : OTHER;
  }

  #flows(type: string): Record<Direction, FlowCounter> {
    let flows = this.#types.get(type);
    if (flows === undefined) {
      flows = {
        in: new FlowCounter(this.#history, "in", type),
        out: new FlowCounter(this.#history, "out", type),
      };
      this.#types.set(type, flows);
    }
    return flows;
  }
}
