import { nearest, suggestion } from "../util/nearest.ts";
import { QueryError, type Span } from "./query-error.ts";
import { textBytes } from "./text-bytes.ts";
import { type Decimal, isUnit, UNIT_NAMES, type UnitName } from "./units.ts";

/** A word of a query. */
export type Token = (
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "number"; readonly number: Decimal; readonly unit: UnitName | null }
  | { readonly kind: "text"; readonly bytes: string }
  | { readonly kind: "symbol"; readonly symbol: string }
  | { readonly kind: "end" }
) & { readonly span: Span };

const SPACE = /\s+/y;
/** `msg_type`, `in`, `starts_with`, `from.msg_type` */
const NAME = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?/y;
/** `1000`, `0x1f`, `0.1btc`, `32kB` */
const NUMBER = /(?:0x([0-9A-Fa-f]+)|(\d+)(?:\.(\d+))?)([A-Za-z_]\w*)?/y;
/** `"inv"`, `'inv'`, `"a \"quoted\" word\x00"` */
const TEXT = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;
const SYMBOL = /==|!=|<=|>=|&&|\|\||[<>!(),+\-*/%]/y;

const HALVES: Readonly<Record<string, string>> = { "=": "==", "&": "&&", "|": "||" };

/**
 * Splits a query into words. The last word marks the end.
 * @throws QueryError QUERY_SYNTAX
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    at += match(SPACE)?.[0].length ?? 0;
    if (at === text.length) break;
    const found = match(NAME) ?? match(NUMBER) ?? match(TEXT) ?? match(SYMBOL);
    if (found === null) throw unexpected(text, at);
    const span = { start: at, end: at + found[0].length };
    tokens.push(tokenOf(text, found, span));
    at = span.end;
  }
  return [...tokens, { kind: "end", span: { start: at, end: at } }];
}

function tokenOf(text: string, found: RegExpExecArray, span: Span): Token {
  const [word] = found;
  if (/^["']/.test(word)) {
    return { kind: "text", bytes: unescaped(text, word.slice(1, -1), span), span };
  }
  if (/^\d/.test(word)) return numberOf(text, found, span);
  return /^[A-Za-z_]/.test(word)
    ? { kind: "name", name: word, span }
    : { kind: "symbol", symbol: word, span };
}

function numberOf(text: string, found: RegExpExecArray, span: Span): Token {
  const [, hex, whole, fraction = "", unit] = found;
  const number =
    hex === undefined
      ? { digits: BigInt(`${whole}${fraction}`), places: fraction.length }
      : { digits: BigInt(`0x${hex}`), places: 0 };
  if (unit === undefined) return { kind: "number", number, unit: null, span };
  if (isUnit(unit)) return { kind: "number", number, unit, span };
  throw new QueryError(
    "QUERY_SYNTAX",
    text,
    { start: span.end - unit.length, end: span.end },
    `there is no unit ${unit}`,
    suggestion(nearest(unit, UNIT_NAMES), `units: ${UNIT_NAMES.join(", ")}`),
  );
}

/** Decodes a literal to bytes, one character each. `\"`, `\'` and `\\` are single characters; `\xNN` is any byte. */
function unescaped(text: string, body: string, span: Span): string {
  const parts = body.split(/(\\x[0-9A-Fa-f]{2}|\\.)/s).map((part) => {
    if (!part.startsWith("\\")) return textBytes(part);
    if (part.length === 4) return String.fromCharCode(Number.parseInt(part.slice(2), 16));
    if (/["'\\]/.test(part[1]!)) return part[1];
    const message = `${part} means nothing in a text`;
    throw new QueryError("QUERY_SYNTAX", text, span, message, "write \\\\, \\\", \\' or \\xNN");
  });
  const bytes = parts.join("");
  if (!bytes.includes("\0")) return bytes;
  throw new QueryError(
    "QUERY_SYNTAX",
    text,
    span,
    "a text ends where a NUL would be",
    "leave it out",
  );
}

function unexpected(text: string, at: number): QueryError {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  const span = { start: at, end: at + character.length };
  if (/["']/.test(character)) {
    const rest = { start: at, end: text.length };
    return new QueryError("QUERY_SYNTAX", text, rest, "a text has no end", `add ${character}`);
  }
  const whole = HALVES[character];
  return new QueryError(
    "QUERY_SYNTAX",
    text,
    span,
    `${character} means nothing here`,
    whole && `did you mean ${whole}?`,
  );
}
