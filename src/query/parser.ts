import { nearest, suggestion } from "../util/nearest.ts";
import {
  type ArithmeticOperator,
  COMPARISON_OPERATORS,
  type Expression,
  TEXT_TESTS,
  type TextTestName,
} from "./expression.ts";
import { type Token, tokenize } from "./lexer.ts";
import { QueryError, type Span } from "./query-error.ts";

/**
 * Parses a query's text into a tree, by recursive descent. Each rule is a method:
 *
 *     condition   = conjunction { "||" conjunction }
 *     conjunction = comparison { "&&" comparison }
 *     comparison  = sum [ ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum | "in" "(" sum { "," sum } ")" ]
 *     sum         = product { ( "+" | "-" ) product }
 *     product     = unary { ( "*" | "/" | "%" ) unary }
 *     unary       = ( "!" | "-" ) unary | primary
 *     primary     = number | text | "true" | "false" | name | test "(" sum "," sum ")" | "(" condition ")"
 */

/** Limits: characters of a query, operators `+ - * / %`, and nesting of parentheses, `!` and `-`. */
export const MAX_LENGTH = 4096;
export const MAX_OPERATORS = 256;
export const MAX_NESTING = 20;

/** @throws QueryError QUERY_SYNTAX */
export function parse(text: string): Expression {
  if (text.length > MAX_LENGTH) {
    const rest = { start: MAX_LENGTH, end: text.length };
    const message = `a query has at most ${MAX_LENGTH} characters, this one ${text.length}`;
    throw new QueryError("QUERY_SYNTAX", text, rest, message);
  }
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #nesting = 0;
  #operators = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parse(): Expression {
    const expression = this.#condition();
    if (this.#next.kind !== "end") throw this.#unexpected("&&, || or the end");
    return expression;
  }

  /** `size > 1000 || msg_type == "inv"` */
  #condition(): Expression {
    return this.#chain("any", "||", () => this.#conjunction());
  }

  /** `size > 1000 && msg_type == "inv"` */
  #conjunction(): Expression {
    return this.#chain("all", "&&", () => this.#comparison());
  }

  #chain(kind: "all" | "any", symbol: string, operand: () => Expression): Expression {
    const operands = [operand()];
    while (this.#take(symbol)) operands.push(operand());
    const [first] = operands;
    return operands.length === 1
      ? first!
      : { kind, operands, span: join(first!, operands.at(-1)!) };
  }

  /** `size > 1000`, `msg_type in ("inv", "tx")` */
  #comparison(): Expression {
    const left = this.#sum();
    if (this.#next.kind === "name" && this.#next.name === "in") return this.#membership(left);
    const operator = this.#takeOneOf(COMPARISON_OPERATORS);
    if (operator === null) return left;
    const right = this.#sum();
    if (this.#isAt(COMPARISON_OPERATORS)) {
      throw this.#refuse(this.#next.span, "comparisons do not chain", "join two of them by &&");
    }
    return { kind: "comparison", operator, left, right, span: join(left, right) };
  }

  /** `in ("inv", "tx")` */
  #membership(subject: Expression): Expression {
    this.#at++;
    this.#expect("(");
    const list = [this.#sum()];
    while (this.#take(",")) list.push(this.#sum());
    const end = this.#expect(")");
    return { kind: "membership", subject, list, span: { start: subject.span.start, end: end.end } };
  }

  /** `fee + 10` */
  #sum(): Expression {
    return this.#arithmetic(["+", "-"], () => this.#product());
  }

  /** `fee / vsize` */
  #product(): Expression {
    return this.#arithmetic(["*", "/", "%"], () => this.#unary());
  }

  #arithmetic(operators: readonly ArithmeticOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = this.#takeOneOf(operators);
      if (operator === null) return left;
      if (++this.#operators > MAX_OPERATORS) {
        throw this.#refuse(this.#next.span, `a query has at most ${MAX_OPERATORS} of + - * / %`);
      }
      const right = operand();
      left = { kind: "arithmetic", operator, left, right, span: join(left, right) };
    }
  }

  /** `!coinbase`, `-1` */
  #unary(): Expression {
    const { start } = this.#next.span;
    const symbol = this.#takeOneOf(["!", "-"] as const);
    if (symbol === null) return this.#primary();
    const operand = this.#nested(() => this.#unary());
    return {
      kind: symbol === "!" ? "not" : "minus",
      operand,
      span: { start, end: operand.span.end },
    };
  }

  #primary(): Expression {
    const token = this.#next;
    switch (token.kind) {
      case "number":
      case "text":
        this.#at++;
        return token;
      case "name":
        this.#at++;
        return this.#isAt(["("]) ? this.#test(token) : nameOf(token);
      case "symbol":
        if (token.symbol === "(") return this.#parenthesized();
    }
    throw this.#unexpected("a field or a value");
  }

  /** `(size > 1000)` */
  #parenthesized(): Expression {
    const { start } = this.#expect("(");
    const inner = this.#nested(() => this.#condition());
    const { end } = this.#expect(")");
    return { ...inner, span: { start, end } };
  }

  /** `starts_with(address, "127.")` */
  #test({ name, span }: Token & { kind: "name" }): Expression {
    if (!isTextTest(name)) {
      const cure = suggestion(nearest(name, TEXT_TESTS), `there are ${TEXT_TESTS.join(", ")}`);
      throw this.#refuse(span, `there is no function ${name}`, cure);
    }
    this.#expect("(");
    const subject = this.#sum();
    this.#expect(",");
    const text = this.#sum();
    const { end } = this.#expect(")");
    return { kind: "test", test: name, subject, text, span: { start: span.start, end } };
  }

  #nested(parse: () => Expression): Expression {
    if (++this.#nesting > MAX_NESTING) {
      throw this.#refuse(this.#next.span, `this is nested more than ${MAX_NESTING} deep`);
    }
    const expression = parse();
    this.#nesting--;
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #isAt(symbols: readonly string[]): boolean {
    return this.#next.kind === "symbol" && symbols.includes(this.#next.symbol);
  }

  #take(symbol: string): boolean {
    return this.#takeOneOf([symbol]) !== null;
  }

  #takeOneOf<Symbol extends string>(symbols: readonly Symbol[]): Symbol | null {
    const token = this.#next;
    const taken = symbols.find((symbol) => token.kind === "symbol" && token.symbol === symbol);
    if (taken !== undefined) this.#at++;
    return taken ?? null;
  }

  #expect(symbol: string): Span {
    const { span } = this.#next;
    if (!this.#take(symbol)) throw this.#unexpected(symbol);
    return span;
  }

  #unexpected(expected: string): QueryError {
    const { kind, span } = this.#next;
    const found = kind === "end" ? "the query ends" : this.#text.slice(span.start, span.end);
    return this.#refuse(span, `${found} where ${expected} is expected`);
  }

  #refuse(span: Span, message: string, cure?: string): QueryError {
    return new QueryError("QUERY_SYNTAX", this.#text, span, message, cure);
  }
}

function nameOf({ name, span }: Token & { kind: "name" }): Expression {
  return name === "true" || name === "false"
    ? { kind: "boolean", value: name === "true", span }
    : { kind: "name", name, span };
}

function isTextTest(name: string): name is TextTestName {
  return TEXT_TESTS.some((test) => test === name);
}

function join(first: Expression, last: Expression): Span {
  return { start: first.span.start, end: last.span.end };
}
