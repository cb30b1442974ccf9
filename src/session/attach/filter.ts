import { Query } from "../../query/query.ts";
import { queryFields } from "../../query/scope.ts";
import { type FilterPlan, planFilter } from "../../tracer/filter-plan.ts";
import type { ChosenTracepoint, Selection } from "./selection.ts";

/** The filter of a chosen tracepoint. */
export type Filtering =
  | { readonly chosen: ChosenTracepoint; readonly plan: FilterPlan | null }
  /** A pattern chose the tracepoint, which lacks a field of the query: none of its events can match. */
  | { readonly chosen: ChosenTracepoint; readonly missing: string };

/** Applies a query to tracepoints. */
export class Filter {
  readonly #query: Query | null;
  /** Tracepoints that must have every field of the query. */
  readonly #named: ReadonlySet<string>;

  /**
   * @param where the query; null selects all events
   * @param selection the selection that chooses the tracepoints
   * @throws QueryError QUERY_SYNTAX
   */
  constructor(where: string | null, { patterns, anyOf = false }: Selection) {
    this.#query = where === null ? null : new Query(where);
    this.#named = new Set(anyOf ? [] : patterns);
  }

  /**
   * Rejects a query that applies to none of the tracepoints.
   * @throws QueryError QUERY_TYPE
   */
  check(chosen: readonly ChosenTracepoint[]): void {
    const [first] = chosen;
    if (this.#query === null || !first) return;
    if (this.apply(chosen).some((filtering) => "plan" in filtering)) return;
    // Every tracepoint lacks a field. The error names a field that all of them lack, else one that the first lacks.
    const fields = chosen.flatMap((each) => each.fields);
    this.#query.parts("any of the chosen tracepoints", queryFields(fields));
    this.#plan(this.#query, first);
  }

  /**
   * A tracepoint that is named in full must have every field of the query; one that a pattern matches may lack one.
   * @throws QueryError QUERY_TYPE
   */
  apply(chosen: readonly ChosenTracepoint[]): Filtering[] {
    return chosen.map((each) => this.#applyTo(each));
  }

  #applyTo(chosen: ChosenTracepoint): Filtering {
    if (this.#query === null) return { chosen, plan: null };
    const missing = this.#query.missingField(queryFields(chosen.fields));
    const isNamed = this.#named.has(chosen.tracepoint.name);
    if (missing !== null && !isNamed) return { chosen, missing };
    return { chosen, plan: this.#plan(this.#query, chosen) };
  }

  #plan(query: Query, { tracepoint, fields }: ChosenTracepoint): FilterPlan {
    return planFilter(query.parts(tracepoint.name, queryFields(fields)));
  }
}
