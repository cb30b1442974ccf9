import fc from "fast-check";
import type { FieldReference } from "../../src/query/condition.ts";
import type { Value } from "../../src/query/evaluate.ts";
import type { ArgumentType } from "../../src/usdt/declare/index.ts";

/** Random queries and events of a tracepoint with given types, whose values come from the same few. */

type QueryType = Exclude<ArgumentType, "bytes">;

const edges = (bits: bigint, signed: boolean): bigint[] => {
  const [low, high] = signed
    ? [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n]
    : [0n, 2n ** bits - 1n];
  const small = signed ? [-3n, -2n, -1n, 0n, 1n, 2n, 7n] : [0n, 1n, 2n, 3n, 7n];
  return [low, low + 1n, high - 1n, high, ...small];
};
const INTEGERS: Readonly<Record<string, bigint[]>> = Object.fromEntries(
  ([8n, 16n, 32n, 64n] as const).flatMap((bits) => [
    [`int${bits}`, edges(bits, true)],
    [`uint${bits}`, edges(bits, false)],
  ]),
);
const LITERALS = [...new Set(Object.values(INTEGERS).flat())];

const LETTERS = "abcdefghijklmnopqrstuvwxyz".repeat(12);
const TEXTS = [
  ...["", "i", "inv", "invx", "tx", "getdata", "getdatax", "getheaders", "grün ₿", "ÿ\u007f"],
  ...[7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 126, 127, 128, 200].map((n) => LETTERS.slice(0, n)),
  ...[8, 33, 100].map((n) => `${LETTERS.slice(0, n)}!`),
];
const HASHES = [0, 7, 8, 31, 63].map((at) => `${"a".repeat(at)}0${"b".repeat(63 - at)}`);

export type Event = readonly (bigint | boolean | string)[];

export function anyEvent(types: readonly QueryType[]): fc.Arbitrary<Event> {
  return fc.tuple(...types.map(anyValue)) as fc.Arbitrary<Event>;
}

function anyValue(type: QueryType): fc.Arbitrary<bigint | boolean | string> {
  switch (type) {
    case "bool":
      return fc.boolean();
    case "string":
      return fc.constantFrom(...TEXTS);
    case "hash":
      return fc.constantFrom(...HASHES);
    default:
      return fc.constantFrom(...INTEGERS[type]!);
  }
}

/** An event's field as a query sees it. */
export function read(event: Event): (field: FieldReference) => Value | null {
  return ({ argument, type }) => {
    const value = event[argument!]!;
    return type === "string"
      ? { bytes: Buffer.from(String(value)).toString("latin1"), truncated: false }
      : value;
  };
}

/** The text of a query; it may divide by a literal zero, or compute a literal that is too large. */
export function anyQuery(
  types: readonly QueryType[],
  textTests: readonly string[],
): fc.Arbitrary<string> {
  const names = (...wanted: readonly QueryType[]) =>
    types.flatMap((type, i) => (wanted.includes(type) ? [`arg${i}`] : []));
  const integerNames = types.flatMap((type, i) => (type in INTEGERS ? [`arg${i}`] : []));
  const literal = fc.constantFrom(...LITERALS).map(String);
  const text = fc.constantFrom(...TEXTS).map((value) => JSON.stringify(value));
  const list = (item: fc.Arbitrary<string>) =>
    fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => `in (${items.join(", ")})`);
  const textName = fc.constantFrom(...names("string"));
  const { condition } = fc.letrec<{ integer: string; condition: string }>((tie) => ({
    integer: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.constantFrom(...integerNames),
      literal,
      join(
        fc.constant("("),
        tie("integer"),
        fc.constantFrom(..."+-*/%"),
        tie("integer"),
        fc.constant(")"),
      ),
      join(tie("integer"), fc.constantFrom(..."+-*/%"), tie("integer")),
      join(fc.constant("-"), tie("integer")),
    ),
    condition: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.constantFrom(...names("bool")),
      join(tie("integer"), fc.constantFrom("==", "!=", "<", "<=", ">", ">="), tie("integer")),
      join(tie("integer"), list(literal)),
      join(
        fc.constantFrom(...names("hash")),
        list(fc.constantFrom(...HASHES).map((hash) => `"${hash}"`)),
      ),
      join(textName, fc.constantFrom("==", "!="), text),
      join(textName, list(text)),
      fc
        .tuple(fc.constantFrom(...textTests), textName, text)
        .map(([test, name, value]) => `${test}(${name}, ${value})`),
      join(fc.constant("!("), tie("condition"), fc.constant(")")),
      join(
        fc.constant("("),
        tie("condition"),
        fc.constantFrom("&&", "||"),
        tie("condition"),
        fc.constant(")"),
      ),
      join(tie("condition"), fc.constantFrom("&&", "||"), tie("condition")),
    ),
  }));
  return condition;
}

function join(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((words) => words.join(" "));
}
