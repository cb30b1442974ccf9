import type { Field } from "../../contract/types.ts";
import { CorelensError } from "../../errors.ts";
import { DerivedSource } from "../../event/derived-source.ts";
import type { RawEvent } from "../../event/event.ts";
import { eventFilter } from "../../event/filter.ts";
import { type EventKind, KindMap } from "../../event/kind.ts";
import type { LossCounters } from "../../event/loss.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { queryFields, Scope } from "../../query/scope.ts";
import type { Between, Endpoint } from "./between.ts";
import { Pairing } from "./pairing.ts";

/** Fields that an interval has in addition to those of its two events, `from.FIELD` and `to.FIELD`. */
const INTERVAL_FIELDS = [
  {
    name: "duration_ns",
    type: "uint64",
    unit: "ns",
    meaning: "The time between the two events, by the kernel's clock.",
  },
  {
    name: "nth",
    type: "uint64",
    meaning: "1 for the first end after the beginning, 2 for the second.",
  },
] as const satisfies readonly Field[];

/** Pairs events of one thread. */
export const PER_THREAD = "thread";
/** Short for the field that names a peer. */
const PER_PEER = "peer";

/** What of an event becomes part of an interval. */
interface Part {
  readonly fields: readonly Field[];
  readonly passes: (event: RawEvent) => boolean;
  /** The event's fields under their names in the interval. */
  readonly values: (event: RawEvent) => Values;
}

interface Values {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly truncated: readonly string[];
  readonly unreadable: readonly string[];
}

/**
 * The intervals between two tracepoints as events: an event of B with the fields of its A, and the time between them. The
 * last item is the notice `corelens:unpaired`.
 */
export class IntervalSource extends DerivedSource implements EventSource {
  readonly #between: Between;
  readonly #per: string;
  readonly #pairing = new Pairing<Values>();
  readonly #from: End;
  readonly #to: End;
  #kinds: readonly EventKind[] = [];
  /** How many kinds of the source are known. */
  #learned = 0;
  /** The time of the last event. */
  #last = 0;

  /**
   * @param source the events of both tracepoints, with notices of losses for no others
   * @param per `thread`, `peer`, or the name of a field that both events have
   * @throws CorelensError USAGE, QUERY_TYPE
   */
  constructor(source: EventSource, between: Between, per: string) {
    super(source);
    this.#between = between;
    this.#per = per === PER_PEER ? "peer_id" : per;
    this.#from = new End("from", between.from, this.#per);
    this.#to = new End("to", between.to, this.#per);
    this.#learn();
  }

  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    for await (const batch of this.source.batches()) {
      this.#learn();
      const events = batch.flatMap((event) => this.#add(event));
      this.#last = batch.at(-1)?.time ?? this.#last;
      if (events.length > 0) yield events;
    }
    yield [
      {
        tracepoint: "corelens:unpaired",
        time: this.#last,
        from_tracepoint: this.#between.from.tracepoint,
        to_tracepoint: this.#between.to.tracepoint,
        ...this.#pairing.tally,
      },
    ];
  }

  tallies(): Map<string, LossCounters> {
    return this.source.tallies();
  }

  get duration(): number | undefined {
    return this.source.duration;
  }

  /** A restarted node can have other fields. */
  #learn(): void {
    const { kinds } = this.source;
    if (kinds.length === this.#learned) return;
    for (const kind of kinds.slice(this.#learned)) {
      this.#from.learn(kind);
      this.#to.learn(kind);
    }
    this.#learned = kinds.length;
    if (this.#from.fields === null || this.#to.fields === null) return;
    const fields = [...INTERVAL_FIELDS, ...this.#from.fields, ...this.#to.fields];
    this.#kinds = [...this.#kinds, { name: this.#between.name, fields }];
  }

  #add(event: StreamEvent): StreamEvent[] {
    if (isNotice(event)) {
      this.#pairing.addNotice(event);
      return [event];
    }
    const ended = this.#to.part(event);
    const interval = ended && this.#pairing.end(this.#id(event), event);
    const begun = this.#from.part(event);
    if (begun) this.#pairing.begin(this.#id(event), event, begun.values(event));
    if (!ended || !interval) return [];
    const { kept, duration_ns, nth } = interval;
    const own = ended.values(event);
    const truncated = [...kept.truncated, ...own.truncated];
    const unreadable = [...kept.unreadable, ...own.unreadable];
    const { time, ktime, tid, thread, cpu, pid } = event;
    return [
      {
        tracepoint: this.#between.name,
        ...{ time, ktime, tid, thread, cpu, pid },
        ...{ duration_ns, nth },
        ...kept.fields,
        ...own.fields,
        ...(truncated.length > 0 && { truncated }),
        ...(unreadable.length > 0 && { unreadable }),
      },
    ];
  }

  /** Events of two processes are never a pair. */
  #id(event: RawEvent): string | null {
    if (this.#per === PER_THREAD) return `${event.pid} ${event.tid}`;
    const value = event[this.#per];
    if (value === null || value === undefined) return null;
    return event.truncated?.includes(this.#per) ? null : `${event.pid} ${value}`;
  }
}

/** The events that begin or end intervals. */
class End {
  readonly #prefix: "from" | "to";
  readonly #endpoint: Endpoint;
  readonly #per: string;
  readonly #parts = new KindMap<Part>();
  /** The newest kind's fields under their names in the interval; null before there is one. */
  fields: readonly Field[] | null = null;

  constructor(prefix: "from" | "to", endpoint: Endpoint, per: string) {
    this.#prefix = prefix;
    this.#endpoint = endpoint;
    this.#per = per;
  }

  /** @throws CorelensError USAGE, QUERY_TYPE */
  learn(kind: EventKind): void {
    const { tracepoint, where } = this.#endpoint;
    if (kind.name !== tracepoint) return;
    this.#checkId(kind);
    // A payload that waits for its pair could fill the memory.
    const kept = kind.fields.filter(({ type }) => type !== "bytes");
    const names = kept.map(({ name }) => [name, `${this.#prefix}.${name}`] as const);
    const renamed = (flawed: readonly string[] = []) =>
      names.filter(([name]) => flawed.includes(name)).map(([, name]) => name);
    const fields = kept.map((field, i) => ({ ...field, name: names[i]![1] }));
    this.#parts.add(kind, {
      fields,
      passes: eventFilter(where, tracepoint, kind.fields),
      values: (event) => ({
        fields: Object.fromEntries(names.map(([name, own]) => [own, event[name]])),
        truncated: renamed(event.truncated),
        unreadable: renamed(event.unreadable),
      }),
    });
    this.fields = fields;
  }

  /** Null for an event that is no end of an interval. */
  part(event: RawEvent): Part | null {
    const part = this.#parts.get(event);
    return part?.passes(event) ? part : null;
  }

  #checkId({ name, fields }: EventKind): void {
    const per = this.#per;
    if (per === PER_THREAD) return;
    const scope = new Scope(per, name, queryFields(fields));
    const { field } = scope.get(per, { start: 0, end: per.length });
    if (/int|hash|string|bool/.test(field.type)) return;
    throw new CorelensError(
      "USAGE",
      `${per} of ${name} is of type ${field.type}, which identifies nothing`,
      "pair by an integer, a text or a hash",
    );
  }
}
