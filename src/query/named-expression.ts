import { type Expression, namesIn } from "./expression.ts";
import { parse } from "./parser.ts";
import { type QueryField, Scope } from "./scope.ts";

/** A well-formed text of the query language; what its names mean depends on the tracepoint. */
export abstract class NamedExpression {
  readonly text: string;
  protected readonly expression: Expression;

  /** @throws QueryError QUERY_SYNTAX */
  constructor(text: string) {
    this.text = text;
    this.expression = parse(text);
  }

  /** The first name in it that is not a field of the tracepoint; null if there is none. */
  missingField(fields: readonly QueryField[]): string | null {
    const scope = new Scope(this.text, "", fields);
    return namesIn(this.expression).find(({ name }) => !scope.has(name))?.name ?? null;
  }
}
