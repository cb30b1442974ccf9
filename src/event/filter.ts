import type { Field } from "../contract/types.ts";
import { all } from "../query/condition.ts";
import { compile } from "../query/evaluate.ts";
import { Query } from "../query/query.ts";
import { queryFields } from "../query/scope.ts";
import type { RawEvent } from "./event.ts";
import { valuesOf } from "./values.ts";

/**
 * Tests decoded events of a tracepoint in the same way as the programs in the kernel. An event passes unless the query
 * is certainly false for it.
 * @param where the query; null lets all events pass
 * @throws QueryError QUERY_SYNTAX, QUERY_TYPE
 */
export function eventFilter(
  where: string | null,
  tracepoint: string,
  fields: readonly Field[],
): (event: RawEvent) => boolean {
  if (where === null) return () => true;
  const parts = new Query(where).parts(tracepoint, queryFields(fields));
  const evaluate = compile(all(parts.map((part) => part.condition)));
  const values = valuesOf(fields);
  return (event) => evaluate(values(event)) !== false;
}
