import type { Unit } from "../contract/types.ts";
import type { Integer } from "./condition.ts";
import { NamedExpression } from "./named-expression.ts";
import { measure, quantity } from "./quantity.ts";
import { type QueryField, Scope } from "./scope.ts";

/** An integer computed from an event's fields (`size`, `fee / vsize`), or a quantity (`25ms`). */
export class Term extends NamedExpression {
  /**
   * Resolves the term for a tracepoint.
   * @returns the integer, and its unit; null for a plain number
   * @throws QueryError QUERY_TYPE
   */
  of(tracepoint: string, fields: readonly QueryField[]): { integer: Integer; unit: Unit | null } {
    const scope = new Scope(this.text, tracepoint, fields);
    const { unit } = measure(this.expression, scope);
    return { integer: quantity(this.expression, unit, scope), unit };
  }

  /**
   * Returns the quantity in this unit.
   * @throws QueryError QUERY_TYPE when the term depends on a field, or is not a whole number of the unit
   */
  quantity(unit: Unit | null): bigint {
    const scope = new Scope(this.text, "a quantity", []);
    const integer = quantity(this.expression, unit, scope);
    if (integer.kind === "literal") return integer.value;
    throw scope.refuse(this.expression.span, `${this.text} is not a number`);
  }
}
