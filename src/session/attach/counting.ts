import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { CountLayout } from "../../counting/count-layout.ts";
import { type CountPlan, CountQuery, checkUnits } from "../../counting/count-query.ts";
import type { CountRequest } from "../../counting/count-request.ts";
import { countIn } from "../../counting/count-writer.ts";
import { GroupMap, type Rows } from "../../counting/group-map.ts";
import { CorelensError } from "../../errors.ts";
import { queryFields } from "../../query/scope.ts";
import type { TracedTracepoint } from "../../tracer/attachment.ts";
import type { FilterPlan } from "../../tracer/filter-plan.ts";
import { Filter } from "./filter.ts";
import {
  type ChosenTracepoint,
  checkSelection,
  layoutProblems,
  type Selection,
  select,
} from "./selection.ts";
import { certaintyOf, siteGroups, unreadableFields } from "./site-group.ts";
import type { TracePlan } from "./trace-plan.ts";

/**
 * Counts events in the kernel. Each layout of keys and values has its own maps; a restarted node continues to count in
 * the same maps.
 */
export class Counting implements TracePlan {
  readonly #request: CountRequest;
  readonly #query: CountQuery;
  readonly #filter: Filter;
  readonly #maps = new Map<string, GroupMap>();

  /** @throws QueryError QUERY_SYNTAX; CorelensError USAGE for quantiles */
  constructor(request: CountRequest) {
    if (request.measures.some(({ quantiles }) => quantiles)) throw noQuantiles();
    this.#request = request;
    this.#query = new CountQuery(request);
    this.#filter = new Filter(request.where, this.#selection);
  }

  get patterns(): readonly string[] {
    return this.#request.patterns;
  }

  get #selection(): Selection {
    const { patterns, types, optional = false } = this.#request;
    return { patterns, fields: types.length > 0 ? types : null, anyOf: optional };
  }

  check(available: readonly RecognisedTracepoint[]): void {
    const chosen = select(available, this.#selection);
    if (this.#request.optional && chosen.length === 0) return;
    checkSelection(available, this.#selection);
    this.#filter.check(chosen);
    const countable = this.#countable(chosen);
    // If every tracepoint lacks a field, the error names the field that the first one lacks.
    if (countable.length === 0 && chosen[0] && !this.#request.optional) this.#plan(chosen[0]);
    checkUnits(countable.map((each) => this.#plan(each.chosen).layout));
  }

  layoutProblems(available: readonly RecognisedTracepoint[]): readonly CorelensError[] {
    return layoutProblems(available, this.#selection);
  }

  prepare(available: readonly RecognisedTracepoint[]): TracedTracepoint[] {
    return this.#countable(select(available, this.#selection)).flatMap(({ chosen, plan }) => {
      const { layout, terms } = this.#plan(chosen);
      return siteGroups(chosen, plan).map(({ sites, unknown }) => ({
        name: chosen.tracepoint.name,
        action: countIn(this.#mapFor(layout).maps, layout, terms),
        sites,
        condition: plan?.condition ?? null,
        certainty: certaintyOf(plan, unknown, () => {}),
        unreadable: plan === null ? [] : unreadableFields({ ...chosen, wanted: new Set() }, plan),
      }));
    });
  }

  /** The counts so far, by tracepoint. */
  read(): Rows[] {
    return Array.from(this.#maps.values(), (map) => map.read());
  }

  close(): void {
    for (const map of this.#maps.values()) map.close();
    this.#maps.clear();
  }

  /** A tracepoint that a pattern matches may lack a field and is then skipped; one named in full may not. */
  #countable(chosen: readonly ChosenTracepoint[]): Countable[] {
    return this.#filter.apply(chosen).flatMap((filtering) => {
      const { tracepoint, fields } = filtering.chosen;
      const isNamed = !this.#request.optional && this.patterns.includes(tracepoint.name);
      const lacks =
        "missing" in filtering || this.#query.missingField(queryFields(fields)) !== null;
      if ("missing" in filtering || (lacks && !isNamed)) return [];
      refuseReader(filtering.plan);
      return { chosen: filtering.chosen, plan: filtering.plan };
    });
  }

  #plan({ tracepoint, fields }: ChosenTracepoint): CountPlan {
    return this.#query.plan(tracepoint.name, queryFields(fields));
  }

  #mapFor(layout: CountLayout): GroupMap {
    const id = JSON.stringify(layout);
    const map =
      this.#maps.get(id) ?? new GroupMap(layout, this.#request.room, this.#request.reserved);
    this.#maps.set(id, map);
    return map;
  }
}

/** A tracepoint that has all the fields that the count needs. */
interface Countable {
  readonly chosen: ChosenTracepoint;
  readonly plan: FilterPlan | null;
}

function noQuantiles(): CorelensError {
  return new CorelensError(
    "USAGE",
    "the kernel, where events are counted, cannot compute quantiles",
    "use --hist; or count a recording with --from",
  );
}

/** Counted events never reach the reader, so it cannot test its part of the query. */
function refuseReader(plan: FilterPlan | null): void {
  const [text] = plan?.inReader.texts ?? [];
  if (text === undefined) return;
  throw new CorelensError(
    "QUERY_TYPE",
    `${text} cannot be tested in the kernel, where events are counted`,
    "record the events, and count with --from",
  );
}
