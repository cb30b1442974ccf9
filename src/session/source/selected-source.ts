import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { Field } from "../../contract/types.ts";
import { CorelensError } from "../../errors.ts";
import { DerivedSource } from "../../event/derived-source.ts";
import type { RawEvent } from "../../event/event.ts";
import { eventFilter } from "../../event/filter.ts";
import type { EventKind } from "../../event/kind.ts";
import { KindMap } from "../../event/kind.ts";
import { type LossCounters, NOTHING } from "../../event/loss.ts";
import { isNotice, type StreamEvent } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import type { EventRequest } from "../attach/delivery.ts";
import { Filter } from "../attach/filter.ts";
import { type ChosenTracepoint, checkSelection, select } from "../attach/selection.ts";

/** What is delivered of a kind's events. */
interface View {
  readonly tally: LossCounters;
  readonly passes: (event: RawEvent) => boolean;
  /** The event with the selected fields. */
  readonly shown: (event: RawEvent) => RawEvent;
}

/** Delivers the selected part of a stream, as if only that had been traced. */
export class SelectedSource extends DerivedSource implements EventSource {
  #kinds: readonly EventKind[] = [];
  readonly #selection: EventRequest;
  /** How many kinds of the source are in the views. */
  #learned = 0;
  readonly #views = new KindMap<View>();
  readonly #tallies = new Map<string, LossCounters>();
  /** The names of all kinds of the source, selected or not. */
  readonly #offered = new Set<string>();

  /**
   * @param kinds all kinds that a recording has; those that a live source has now
   * @throws CorelensError TRACEPOINT_UNKNOWN, FIELD_UNKNOWN, QUERY_SYNTAX, QUERY_TYPE
   */
  constructor(source: EventSource, kinds: readonly EventKind[], selection: EventRequest) {
    super(source);
    this.#selection = selection;
    // The kinds of a live source arrive with its first events; the attacher has checked the names.
    if (kinds.length === 0) return;
    checkSelection(kinds.map(asTracepoint), selection);
    this.#learn(kinds);
  }

  get kinds(): readonly EventKind[] {
    return this.#kinds;
  }

  #learn(kinds: readonly EventKind[]): void {
    const selection = this.#selection;
    this.#learned += kinds.length;
    for (const { name } of kinds) this.#offered.add(name);
    const filter = new Filter(selection.where, selection);
    const selected = select(kinds.map(asTracepoint), selection);
    selected.forEach(checkTypes);
    filter.check(selected);
    const seen = [...this.#kinds];
    for (const filtering of filter.apply(selected)) {
      if ("missing" in filtering) continue;
      const { tracepoint, wanted } = filtering.chosen;
      const shown = tracepoint.fields.filter(({ name }) => wanted.has(name));
      const tally = { ...NOTHING };
      this.#tallies.set(tracepoint.name, this.#tallies.get(tracepoint.name) ?? tally);
      seen.push({ name: tracepoint.name, fields: shown });
      this.#views.add(tracepoint, {
        tally: this.#tallies.get(tracepoint.name)!,
        passes: eventFilter(selection.where, tracepoint.name, filtering.chosen.fields),
        shown: (event) => project(event, tracepoint.fields, wanted),
      });
    }
    this.#kinds = seen;
  }

  async *batches(): AsyncGenerator<StreamEvent[]> {
    for await (const batch of this.source.batches()) {
      const { kinds } = this.source;
      // A restarted node can have other layouts.
      if (kinds.length > this.#learned) this.#learn(kinds.slice(this.#learned));
      const events = batch.flatMap((event) => this.#select(event));
      if (events.length > 0) yield events;
    }
  }

  tallies(): Map<string, LossCounters> {
    return this.#tallies;
  }

  get duration(): number | undefined {
    return this.source.duration;
  }

  #select(event: StreamEvent): StreamEvent[] {
    if (isNotice(event)) {
      if (event.tracepoint !== "corelens:lost") return [event];
      const tally = this.#tallyOf(event.lost_tracepoint);
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

  /** Undefined for an unselected tracepoint. Those that the source does not offer are what its events are made from. */
  #tallyOf(tracepoint: string): LossCounters | undefined {
    if (!this.#offered.has(tracepoint) && !this.#tallies.has(tracepoint))
      this.#tallies.set(tracepoint, { ...NOTHING });
    return this.#tallies.get(tracepoint);
  }
}

function asTracepoint(kind: EventKind): RecognisedTracepoint {
  return { ...kind, status: "contract", sites: [] };
}

/** The types of recorded fields are fixed. */
function checkTypes({ tracepoint, fields }: ChosenTracepoint): void {
  const index = fields.findIndex(({ type }, i) => type !== tracepoint.fields[i]!.type);
  if (index < 0) return;
  const { name, type } = tracepoint.fields[index]!;
  throw new CorelensError(
    "FIELD_UNKNOWN",
    `${name} of ${tracepoint.name} was recorded as ${type}`,
    "omit the type",
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
