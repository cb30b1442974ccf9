import type { Field } from "../../contract/types.ts";
import { DerivedSource } from "../../event/derived-source.ts";
import type { EventKind } from "../../event/kind.ts";
import type { LossCounters } from "../../event/loss.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { Causes } from "./causes.ts";

/** The tracepoints that causes are found from. */
export const CAUSING = ["net:inbound_message", "net:outbound_message"] as const;

/** The fields that every event has in addition. An event without a known cause has the values in `NO_CAUSE`. */
export const CAUSE_FIELDS = [
  {
    name: "cause_type",
    type: "string",
    maxLength: 12,
    meaning: "The type of the message that caused the event; none if no message certainly did.",
  },
  {
    name: "cause_peer",
    type: "int64",
    meaning: "The peer that sent this message; -1 without a known cause.",
  },
  {
    name: "cause_after",
    type: "uint64",
    unit: "ns",
    meaning: "The time from this message to the event; 0 without a known cause.",
  },
] as const satisfies readonly Field[];

const NO_CAUSE = { cause_type: "none", cause_peer: -1, cause_after: 0 } as const;

/** A source whose events name the message that caused them. */
export class CausedSource extends DerivedSource implements EventSource {
  readonly #causes = new Causes();
  #kinds: readonly EventKind[] = [];

  get kinds(): readonly EventKind[] {
    const { kinds } = this.source;
    if (this.#kinds.length !== kinds.length) this.#kinds = kinds.map(withCauseFields);
    return this.#kinds;
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    for await (const batch of this.source.batches())
      yield batch.map((event) => this.#caused(event));
  }

  tallies(): Map<string, LossCounters> {
    return this.source.tallies();
  }

  get duration(): number | undefined {
    return this.source.duration;
  }

  #caused(event: StreamEvent): StreamEvent {
    this.#causes.see(event);
    if (isNotice(event)) return event;
    const cause = this.#causes.of(event);
    if (cause === null) return { ...event, ...NO_CAUSE };
    const { msg_type, peer_id, after_ns } = cause;
    return { ...event, cause_type: msg_type, cause_peer: peer_id, cause_after: after_ns };
  }
}

export function withCauseFields({ name, fields }: EventKind): EventKind {
  return { name, fields: [...fields, ...CAUSE_FIELDS] };
}
