import type { Span } from "./query-error.ts";
import type { Decimal, UnitName } from "./units.ts";

/** A parsed query; its names are not resolved to fields yet. */
export type Expression = (
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "number"; readonly number: Decimal; readonly unit: UnitName | null }
  | { readonly kind: "text"; readonly bytes: string }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "not" | "minus"; readonly operand: Expression }
  | { readonly kind: "all" | "any"; readonly operands: readonly Expression[] }
  | ComparisonExpression
  | ArithmeticExpression
  | MembershipExpression
  | {
      readonly kind: "test";
      readonly test: TextTestName;
      readonly subject: Expression;
      readonly text: Expression;
    }
) & { readonly span: Span };

export interface ComparisonExpression {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

export interface ArithmeticExpression {
  readonly kind: "arithmetic";
  readonly operator: ArithmeticOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
}

export interface MembershipExpression {
  readonly kind: "membership";
  readonly subject: Expression;
  readonly list: readonly Expression[];
  readonly span: Span;
}

export const COMPARISON_OPERATORS = ["==", "!=", "<", "<=", ">", ">="] as const;
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

export const TEXT_TESTS = ["starts_with", "ends_with", "contains"] as const;
export type TextTestName = (typeof TEXT_TESTS)[number];

/** The names of fields in an expression, with their places. */
export function namesIn(expression: Expression): (Span & { readonly name: string })[] {
  switch (expression.kind) {
    case "name":
      return [{ name: expression.name, ...expression.span }];
    case "not":
    case "minus":
      return namesIn(expression.operand);
    case "all":
    case "any":
      return expression.operands.flatMap(namesIn);
    case "comparison":
    case "arithmetic":
      return [...namesIn(expression.left), ...namesIn(expression.right)];
    case "membership":
      return [expression.subject, ...expression.list].flatMap(namesIn);
    case "test":
      return [...namesIn(expression.subject), ...namesIn(expression.text)];
    default:
      return [];
  }
}
