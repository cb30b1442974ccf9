import type { Field } from "../contract/types.ts";
import { CorelensError } from "../errors.ts";
import { Query } from "../query/query.ts";
import type { Cost } from "../session/cost-meter.ts";
import { conditionOf, filterOf } from "../session/event-filter.ts";
import type { EventKind, EventSource } from "../session/event-source.ts";
import { isNotice, type StreamEvent } from "../session/notice.ts";
import {
  type ChosenTracepoint,
  checkSelection,
  type Selection,
  select,
} from "../session/selection.ts";
import type { RawEvent } from "../tracer/decoder.ts";
import type { Tally } from "../tracer/event-reader.ts";
import { KindMap } from "./kind.ts";
import type { ReplaySource } from "./replay-source.ts";

/** What is asked of a recording, as it could have been asked of the node. */
export interface RecordedSelection extends Selection {
  /** The query that events have to pass; all do when null. */
  readonly where: string | null;
}

/** How the events of a kind are seen. */
interface View {
  readonly tally: Tally;
  readonly passes: (event: RawEvent) => boolean;
  /** The event with the fields that are asked for. */
  readonly shown: (event: RawEvent) => RawEvent;
}

/** The part of a stream that is asked for, as if nothing else had been traced. */
export class SelectedSource implements EventSource {
  readonly kinds: readonly EventKind[];
  readonly #source: ReplaySource;
  readonly #views = new KindMap<View>();
  readonly #tallies = new Map<string, Tally>();

  /**
   * @param kinds all that the source will have
   * @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
   */
  constructor(source: ReplaySource, kinds: readonly EventKind[], selection: RecordedSelection) {
    const available = kinds.map((kind) => ({ ...kind, status: "contract" as const, sites: [] }));
    checkSelection(available, selection);
    const query = selection.where === null ? null : new Query(selection.where);
    const seen: EventKind[] = [];
    for (const chosen of select(available, selection)) {
      const { tracepoint, wanted } = chosen;
      checkTypes(chosen);
      const condition = conditionOf(query, chosen, selection.patterns);
      if (condition === null) continue;
      const shown = tracepoint.fields.filter(({ name }) => wanted.has(name));
      const tally = { delivered: 0, lost: 0, truncated: 0, unreadable: 0 };
      this.#tallies.set(tracepoint.name, this.#tallies.get(tracepoint.name) ?? tally);
      seen.push({ name: tracepoint.name, fields: shown });
      this.#views.add(tracepoint, {
        tally: this.#tallies.get(tracepoint.name)!,
        passes: filterOf(condition, tracepoint.fields),
        shown: (event) => project(event, tracepoint.fields, wanted),
      });
    }
    this.kinds = seen;
    this.#source = source;
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    for await (const batch of this.#source.batches()) {
      const events = batch.flatMap((event) => this.#select(event));
      if (events.length > 0) yield events;
    }
  }

  tallies(): Map<string, Tally> {
    return this.#tallies;
  }

  get duration(): number {
    return this.#source.duration;
  }

  cost(): Promise<Cost | null> {
    return this.#source.cost();
  }

  stop(): Promise<void> {
    return this.#source.stop();
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  #select(event: StreamEvent): StreamEvent[] {
    if (isNotice(event)) {
      if (event.tracepoint !== "corelens:lost") return [event];
      const tally = this.#tallies.get(event.lost_tracepoint);
      if (tally === undefined) return [];
      tally.lost += event.lost;
      return [event];
    }
    const view = this.#views.get(event);
    if (view === undefined || !view.passes(event)) return [];
    const shown = view.shown(event);
    view.tally.delivered++;
    if (shown.truncated !== undefined) view.tally.truncated++;
    if (shown.unreadable !== undefined) view.tally.unreadable++;
    return [shown];
  }
}

/** What was recorded can be given no other type any more. */
function checkTypes({ tracepoint, fields }: ChosenTracepoint): void {
  const index = fields.findIndex(({ type }, i) => type !== tracepoint.fields[i]!.type);
  if (index < 0) return;
  const { name, type } = tracepoint.fields[index]!;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${name} of ${tracepoint.name} was recorded as ${type}`,
    "leave the type out",
  );
}

function project(event: RawEvent, fields: readonly Field[], wanted: ReadonlySet<string>): RawEvent {
  const isHidden = (name: string): boolean => !wanted.has(name);
  const hidden = new Set(fields.map(({ name }) => name).filter(isHidden));
  if (hidden.size === 0) return event;
  const entries = Object.entries(event).flatMap(([name, value]) => {
    if (hidden.has(name)) return [];
    if (name !== "truncated" && name !== "unreadable") return [[name, value]];
    const rest = (value as readonly string[]).filter((field) => !hidden.has(field));
    return rest.length > 0 ? [[name, rest]] : [];
  });
  return Object.fromEntries(entries) as RawEvent;
}
