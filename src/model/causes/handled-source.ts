import type { Field } from "../../contract/types.ts";
import { DerivedSource } from "../../event/derived-source.ts";
import type { EventKind } from "../../event/kind.ts";
import type { LossCounters } from "../../event/loss.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { Causes, type HandledMessage } from "./causes.ts";

/** The name of handled messages among tracepoints. */
export const HANDLED = "handled:message";

const FIELDS = [
  {
    name: "at_least_ns",
    type: "uint64",
    unit: "ns",
    meaning: "The time from the message to the last event that it caused; 0 without one.",
  },
  {
    name: "at_most_ns",
    type: "uint64",
    unit: "ns",
    meaning:
      "The time from the message to the next one that its thread receives or sends when it is due.",
  },
  { name: "effects", type: "uint64", meaning: "How many events the message caused." },
] as const satisfies readonly Field[];

/** The messages that the node has received and handled, with the time that this took. */
export class HandledSource extends DerivedSource implements EventSource {
  readonly #causes = new Causes();
  #kinds: readonly EventKind[] = [];
  /** How many kinds of the source are known. */
  #learned = 0;
  /** Names of the message's fields that it keeps: all but the payload. */
  #kept: readonly string[] = [];

  constructor(source: EventSource) {
    super(source);
    this.#learn();
  }

  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    for await (const batch of this.source.batches()) {
      this.#learn();
      const events = batch.flatMap((event) => this.#see(event));
      if (events.length > 0) yield events;
    }
  }

  tallies(): Map<string, LossCounters> {
    return this.source.tallies();
  }

  get duration(): number | undefined {
    return this.source.duration;
  }

  #learn(): void {
    const { kinds } = this.source;
    const added = kinds.slice(this.#learned).filter(({ name }) => name === "net:inbound_message");
    this.#learned = kinds.length;
    for (const { fields } of added) {
      const kept = fields.filter(({ type }) => type !== "bytes");
      this.#kept = kept.map(({ name }) => name);
      this.#kinds = [...this.#kinds, { name: HANDLED, fields: [...kept, ...FIELDS] }];
    }
  }

  #see(event: StreamEvent): StreamEvent[] {
    this.#causes.see(event);
    if (isNotice(event)) return [event];
    const { handled } = this.#causes;
    return handled === null ? [] : [this.#handled(handled)];
  }

  #handled({ message, at_least_ns, at_most_ns, effects }: HandledMessage): StreamEvent {
    const { time, ktime, tid, thread, cpu, pid, truncated, unreadable } = message;
    const kept = (names: readonly string[] = []) =>
      names.filter((each) => this.#kept.includes(each));
    const flaws = { truncated: kept(truncated), unreadable: kept(unreadable) };
    return {
      tracepoint: HANDLED,
      ...{ time, ktime, tid, thread, cpu, pid },
      ...Object.fromEntries(this.#kept.map((name) => [name, message[name]])),
      ...{ at_least_ns, at_most_ns, effects },
      ...Object.fromEntries(Object.entries(flaws).filter(([, names]) => names.length > 0)),
    };
  }
}
