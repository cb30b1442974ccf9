import { MESSAGE_TYPES } from "../../bitcoin/message-types.ts";
import type { Direction, MessageHeader } from "../../event/message.ts";
import { BoundedMap } from "../../util/bounded-map.ts";
import type { Column, History } from "../history.ts";
import { Flow, type FlowView } from "./flow.ts";

/** Message types other than Bitcoin Core's that are counted apart: a peer can name a message anything. */
const MAX_UNKNOWN_TYPES = 12;

export interface TypeTraffic {
  readonly type: string;
  readonly in: FlowView;
  readonly out: FlowView;
}

/** The messages of all peers, in all and by type. */
export interface TrafficView {
  readonly in: FlowView;
  readonly out: FlowView;
  /** Most bytes first. */
  readonly types: readonly TypeTraffic[];
}

/** One direction of a type: its flow and its columns in the charts. */
class TypeFlow extends Flow {
  readonly #counts: Column | undefined;
  readonly #bytes: Column | undefined;

  constructor(history: History | null, direction: Direction, type: string) {
    super();
    this.#counts = history?.column(`messages.${direction}.count.${type}`);
    this.#bytes = history?.column(`messages.${direction}.bytes.${type}`);
  }

  override add(time: number, size: number): void {
    super.add(time, size);
    this.#counts?.add(1);
    this.#bytes?.add(size);
  }
}

/** Counts messages by type and direction. */
export class Traffic {
  readonly #in = new Flow();
  readonly #out = new Flow();
  readonly #types: BoundedMap<{ readonly type: string } & Record<Direction, TypeFlow>>;

  /** @param history gets the columns of charts; null where nothing is drawn */
  constructor(history: History | null) {
    const make = (type: string) => ({
      type,
      in: new TypeFlow(history, "in", type),
      out: new TypeFlow(history, "out", type),
    });
    this.#types = new BoundedMap(MAX_UNKNOWN_TYPES, make, MESSAGE_TYPES);
  }

  /** @returns the type under which the message is counted */
  add(time: number, { direction, type, size }: MessageHeader): string {
    (direction === "in" ? this.#in : this.#out).add(time, size);
    const flows = this.#types.get(type);
    flows[direction].add(time, size);
    return flows.type;
  }

  /** @param since when counting began, in ms since the epoch */
  view(now: number, since: number): TrafficView {
    const types = this.#types.map((type, flows) => ({
      type,
      in: flows.in.view(now, since),
      out: flows.out.view(now, since),
    }));
    return {
      in: this.#in.view(now, since),
      out: this.#out.view(now, since),
      types: types.sort((a, b) => b.in.bytes + b.out.bytes - a.in.bytes - a.out.bytes),
    };
  }
}
