import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { CorelensError } from "../../errors.ts";
import type { TracedTracepoint } from "../../tracer/attachment.ts";
import type { ReaderDescriptors } from "../../tracer/event-reader.ts";
import type { Limits } from "../../tracer/limit-writer.ts";
import { layOut } from "../../tracer/record-layout.ts";
import { countUndecided, deliver } from "../../tracer/record-writer.ts";
import { Filter } from "./filter.ts";
import type { LayoutRegistry } from "./layout-registry.ts";
import { checkSelection, layoutProblems, type Selection, select } from "./selection.ts";
import { certaintyOf, siteGroups, unreadableFields } from "./site-group.ts";
import type { TracePlan } from "./trace-plan.ts";

/** Which events to deliver. */
export interface EventRequest extends Selection {
  /** The query that selects events (docs/query.md); null selects all. */
  readonly where: string | null;
  /** Maximum bytes to read of each payload, where payloads are among the fields; by default all. */
  readonly maxPayload?: number | undefined;
  /** Limits on the events of each tracepoint; by default none. */
  readonly limits?: Limits;
}

/** Delivers events as records in the ring buffer. */
export class Delivery implements TracePlan {
  readonly #request: EventRequest;
  readonly #filter: Filter;
  readonly #descriptors: ReaderDescriptors;
  readonly #layouts: LayoutRegistry;

  /** @throws QueryError QUERY_SYNTAX */
  constructor(request: EventRequest, descriptors: ReaderDescriptors, layouts: LayoutRegistry) {
    this.#request = request;
    this.#filter = new Filter(request.where, request);
    this.#descriptors = descriptors;
    this.#layouts = layouts;
  }

  get patterns(): readonly string[] {
    return this.#request.patterns;
  }

  check(available: readonly RecognisedTracepoint[]): void {
    checkSelection(available, this.#request);
    this.#filter.check(select(available, this.#request));
  }

  layoutProblems(available: readonly RecognisedTracepoint[]): readonly CorelensError[] {
    return layoutProblems(available, this.#request);
  }

  prepare(available: readonly RecognisedTracepoint[]): TracedTracepoint[] {
    const { maxPayload, limits } = this.#request;
    const tracepoints = this.#filter
      .apply(select(available, this.#request))
      .flatMap((filtering) => {
        if ("missing" in filtering) return [];
        const { plan } = filtering;
        const { tracepoint, fields, wanted } = filtering.chosen;
        const { name } = tracepoint;
        const unreadable = unreadableFields(filtering.chosen, plan);
        return siteGroups(filtering.chosen, plan).map(({ sites, unknown }) => {
          const layout = this.#layouts.enter((id) =>
            layOut(id, name, fields, wanted, plan?.inReader, maxPayload, unknown),
          );
          const undecided = countUndecided(this.#descriptors.shared, layout.id);
          return {
            name,
            action: deliver(layout, this.#descriptors, limits),
            sites,
            condition: plan?.condition ?? null,
            certainty: certaintyOf(plan, unknown, undecided),
            unreadable,
          };
        });
      });
    this.#layouts.announce();
    return tracepoints;
  }
}
