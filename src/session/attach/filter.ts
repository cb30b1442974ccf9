import { Query } from "../../query/query.ts";
import { queryFields } from "../../query/scope.ts";
import { type FilterPlan, planFilter } from "../../tracer/filter-plan.ts";
import type { ChosenTracepoint, Selection } from "./selection.ts";

/** What is asked of the events of a chosen tracepoint. */
export type Filtering =
  | { readonly chosen: ChosenTracepoint; readonly plan: FilterPlan | null }
  /** A pattern chose it and it lacks a field of the query: none of its events can be asked for. */
  | { readonly chosen: ChosenTracepoint; readonly lacking: string };

/** What a query means for tracepoints. */
export class Filter {
  readonly #query: Query | null;
  /** Tracepoints that have to have every field of the query. */
  readonly #named: ReadonlySet<string>;

  /**
   * @param where the query; null when all events are wanted
   * @param selection by which tracepoints are chosen
   * @throws QueryError QUERY_SYNTAX
   */
  constructor(where: string | null, { patterns, anyOf = false }: Selection) {
    this.#query = where === null ? null : new Query(where);
    this.#named = new Set(anyOf ? [] : patterns);
  }

  /**
   * Refuses a query that is not of any of the tracepoints.
   * @throws QueryError QUERY_TYPE
   */
  check(chosen: readonly ChosenTracepoint[]): void {
    const [first] = chosen;
    if (this.#query === null || !first) return;
    if (this.apply(chosen).some((filtering) => "plan" in filtering)) return;
    // Each lacks a field: one that none has is told as such, else what the first lacks.
    const fields = chosen.flatMap((each) => each.fields);
    this.#query.parts("any of the chosen tracepoints", queryFields(fields));
    this.#plan(this.#query, first);
  }

  /**
   * Tracepoints that were named in full have to have every field that the query names; those that a pattern chose
   * may lack one.
   * @throws QueryError QUERY_TYPE
   */
  apply(chosen: readonly ChosenTracepoint[]): Filtering[] {
    return chosen.map((each) => this.#applyTo(each));
  }

  #applyTo(chosen: ChosenTracepoint): Filtering {
    if (this.#query === null) return { chosen, plan: null };
    const lacking = this.#query.lacking(queryFields(chosen.fields));
    const isNamed = this.#named.has(chosen.tracepoint.name);
    if (lacking !== null && !isNamed) return { chosen, lacking };
    return { chosen, plan: this.#plan(this.#query, chosen) };
  }

  #plan(query: Query, { tracepoint, fields }: ChosenTracepoint): FilterPlan {
    return planFilter(query.parts(tracepoint.name, queryFields(fields)));
  }
}
