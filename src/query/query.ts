import { check } from "./check.ts";
import type { Condition } from "./condition.ts";
import type { Expression } from "./expression.ts";
import { NamedExpression } from "./named-expression.ts";
import { type Named, type QueryField, Scope } from "./scope.ts";

/** One of the conditions that `&&` joins. */
export interface QueryPart {
  /** Its text in the query. */
  readonly text: string;
  readonly condition: Condition;
}

/** A query that is well formed; what its names mean depends on the tracepoint. */
export class Query extends NamedExpression {
  /**
   * The parts that && joins, each with its own text.
   * @param tracepoint the tracepoint with these fields
   * @param envelope other names that the query can use; by default the fields that every event has
   * @throws QueryError QUERY_TYPE
   */
  parts(
    tracepoint: string,
    fields: readonly QueryField[],
    envelope?: readonly Named[],
  ): QueryPart[] {
    const scope = new Scope(this.text, tracepoint, fields, envelope);
    return conjuncts(this.expression).map((expression) => ({
      text: scope.textAt(expression.span),
      condition: check(expression, scope),
    }));
  }
}

function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === "all" ? expression.operands.flatMap(conjuncts) : [expression];
}
