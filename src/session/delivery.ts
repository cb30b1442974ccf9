import type { RecognisedTracepoint } from "../contract/recognise.ts";
import { CorelensError } from "../errors.ts";
import type { TracedTracepoint } from "../tracer/attachment.ts";
import type { ReaderDescriptors } from "../tracer/event-reader.ts";
import type { Limits } from "../tracer/limit-writer.ts";
import { layOut, type RecordLayout } from "../tracer/record-layout.ts";
import { deliver } from "../tracer/record-writer.ts";
import { Filter } from "./filter.ts";
import type { Purpose } from "./purpose.ts";
import { attachable, checkSelection, type Selection, select } from "./selection.ts";

/** Which events are to be delivered. */
export interface EventRequest extends Selection {
  /** The query that events have to pass (docs/query.md); all do when null. */
  readonly where: string | null;
  /** Bytes of each payload that are enough, where payloads are among the fields; all when left out. */
  readonly mostPayload?: number | undefined;
  /** How many of each tracepoint's events are wanted; all when left out. */
  readonly limits?: Limits;
}

/** Delivers events as records in the ring buffer. */
export class Delivery implements Purpose {
  readonly #request: EventRequest;
  readonly #filter: Filter;
  readonly #descriptors: ReaderDescriptors;
  readonly #onLayouts: (layouts: readonly RecordLayout[]) => void;
  readonly #layouts: RecordLayout[] = [];

  /**
   * @param onLayouts is told of new kinds of records before the first of them appears
   * @throws QueryError QUERY_SYNTAX
   */
  constructor(
    request: EventRequest,
    descriptors: ReaderDescriptors,
    onLayouts: (layouts: readonly RecordLayout[]) => void,
  ) {
    this.#request = request;
    this.#filter = new Filter(request.where, request);
    this.#descriptors = descriptors;
    this.#onLayouts = onLayouts;
  }

  get patterns(): readonly string[] {
    return this.#request.patterns;
  }

  check(available: readonly RecognisedTracepoint[]): void {
    checkSelection(available, this.#request);
    this.#filter.check(select(available, this.#request));
  }

  prepare(available: readonly RecognisedTracepoint[]): TracedTracepoint[] {
    const known = this.#layouts.length;
    const tracepoints = this.#filter
      .apply(select(available, this.#request))
      .flatMap((filtering) => {
        if ("lacking" in filtering) return [];
        const { plan } = filtering;
        const { tracepoint, fields, wanted } = filtering.chosen;
        const id = this.#layouts.length;
        const { mostPayload } = this.#request;
        const layout = this.#shared(
          layOut(id, tracepoint.name, fields, wanted, plan?.inReader, mostPayload),
        );
        return {
          name: tracepoint.name,
          action: deliver(layout, this.#descriptors, this.#request.limits),
          sites: tracepoint.sites.flatMap(attachable),
          condition: plan?.condition ?? null,
        };
      });
    const added = this.#layouts.slice(known);
    if (added.length > 0) this.#onLayouts(added);
    return tracepoints;
  }

  /** The same layout that a former file had already, or this one, as another. */
  #shared(layout: RecordLayout): RecordLayout {
    const text = JSON.stringify({ ...layout, id: 0 });
    const known = this.#layouts.find((other) => JSON.stringify({ ...other, id: 0 }) === text);
    if (known) return known;
    if (layout.id >= this.#descriptors.capacity) {
      throw new CorelensError(
        "USAGE",
        `a session can trace ${this.#descriptors.capacity} kinds of events`,
        "name fewer",
      );
    }
    this.#layouts.push(layout);
    return layout;
  }
}
