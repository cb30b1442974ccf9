import { type Expression, namesIn } from "./expression.ts";
import { parse } from "./parser.ts";
import { type QueryField, Scope } from "./scope.ts";

/** A parsed text of the query language. The meaning of its names depends on the tracepoint. */
export abstract class NamedExpression {
  readonly text: string;
  protected readonly expression: Expression;

  /** @throws QueryError QUERY_SYNTAX */
  constructor(text: string) {
    this.text = text;
    this.expression = parse(text);
  }

  /** Returns the first name that is not a field of the tracepoint; null if all are. */
  missingField(fields: readonly QueryField[]): string | null {
    const scope = new Scope(this.text, "", fields);
    return namesIn(this.expression).find(({ name }) => !scope.has(name))?.name ?? null;
  }
}
