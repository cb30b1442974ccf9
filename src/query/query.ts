import { check } from "./check.ts";
import type { Condition } from "./condition.ts";
import type { Expression } from "./expression.ts";
import { NamedExpression } from "./named-expression.ts";
import { type Named, type QueryField, Scope } from "./scope.ts";

/** One of the conditions that all have to hold. */
export interface QueryPart {
  /** As it is written in the query. */
  readonly text: string;
  readonly condition: Condition;
}

/** A query that is well formed; what its names mean depends on the tracepoint. */
export class Query extends NamedExpression {
  /**
   * The parts that && joins, each with its own text.
   * @param tracepoint whose fields these are
   * @param envelope what can be named beside them; that of events when it is left out
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
