import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { all } from "../../src/query/condition.ts";
import { compile, type ReadField } from "../../src/query/evaluate.ts";
import { MAX_LENGTH, MAX_NESTING, MAX_OPERATORS } from "../../src/query/parser.ts";
import { Query } from "../../src/query/query.ts";
import { QueryError } from "../../src/query/query-error.ts";
import { field } from "../tracer/fields.ts";
import { ALL, ask, fieldsOf, refusal } from "./fields.ts";
import { anyEvent, anyQuery, read } from "./random.ts";

const EVENT = {
  size: 2000,
  fee: 10_000_000,
  vsize: 250,
  duration_us: 25_001,
  entry_time: 1_700_000_000,
  peer_id: -1,
  count: 2n ** 64n - 1n,
  vout: 7,
  coinbase: true,
  success: false,
  network: 3,
  msg_type: "inv",
  address: "127.0.0.1:8333",
  txid: `${"0".repeat(62)}a1`,
};

describe("a query of an event", () => {
  it.each([
    ["size > 1000", true],
    ["size == 2kB", true],
    ["2kB == size", true],
    ["size >= 2KiB", false],
    ["size < 0.002MB || false", false],
    ["fee >= 0.1btc", true],
    ["fee > 1000sat && fee < 1BTC", true],
    ["duration_us > 25ms", true],
    ["duration_us > 25.001ms", false],
    ["duration_us <= 25001000ns", true],
    ["duration_us / 1ms == 25", true],
    ["duration_us - 1 == 25ms", true],
    ["vsize == 0.25kvB", true],
    ["fee / vsize > 39999", true],
    ["fee / vsize > 40000", false],
    ["fee / 0.001btc == 100", true],
    ["2 * 1kB == size", true],
    ["entry_time > 1690000000", true],
    ['msg_type == "inv"', true],
    ["msg_type == 'inv'", true],
    ['"inv" != msg_type', false],
    ['msg_type in ("tx", "inv")', true],
    ['!(msg_type in ("tx", "inv"))', false],
    ['starts_with(address, "127.")', true],
    ['ends_with(address, ":8333")', true],
    ['contains(address, "0.0")', true],
    ['contains(address, "0.2")', false],
    ['starts_with(address, "\\x31\\x32")', true],
    ['starts_with(msg_type, "")', true],
    ["coinbase", true],
    ["!coinbase", false],
    ["success == false", true],
    ["success != true && !!coinbase", true],
    ["coinbase in (false)", false],
    ['network == "onion"', true],
    ["network == 3", true],
    ['network in ("ipv4", 3)', true],
    ['network != "i2p"', true],
    ["network > 2", true],
    [`txid == "${EVENT.txid.toUpperCase()}"`, true],
    [`txid in ("${"0".repeat(64)}")`, false],
    ["vout + 1 * 2 == 9 && (vout + 1) * 2 == 16", true],
    ["vout - 2 - 1 == 4", true],
    ["vout == 0x7", true],
    ["vout % 4 == 3 && -vout % 4 == -3", true],
    ["-vout / 2 == -3", true],
    ["true || size == 0", true],
    ["size == 0 || vout == 7 && coinbase", true],
    ["(size == 0 || vout == 7) && !coinbase", false],
  ])("%s: %s", (query, expected) => {
    expect(ask(query, EVENT)).toBe(expected);
  });

  it.each([
    ["peer_id < count", true],
    ["count > peer_id", true],
    ["count == peer_id", false],
    ["count == -1", false],
    ["count == 18446744073709551615", true],
    ["peer_id == 18446744073709551615", false],
    ["count > 9223372036854775808", true],
    ["size - 3000 == -1000", true],
    ["size - 3000 < 0", true],
    ["count + 1 == 0", true],
    ["count * 2 == 18446744073709551614", true],
    ["count / 2 == 9223372036854775807", true],
    ["count + peer_id == -2", true],
    ["peer_id * -9223372036854775808 == -9223372036854775808", true],
    ["-9223372036854775808 / peer_id == -9223372036854775808", true],
  ])("compares by true values, and computes in 64 bits: %s: %s", (query, expected) => {
    expect(ask(query, EVENT)).toBe(expected);
  });

  it.each([
    ["size == 1", null],
    ["size != 1", null],
    ["!(size == 1)", null],
    ["vout / (vout - 7) == 1", null],
    ["vout % (vout - 7) == 1", null],
    ["size == 1 && vout == 7", null],
    ["size == 1 && vout == 8", false],
    ["size == 1 || vout == 7", true],
    ["!(size == 1 || vout == 8)", null],
    ["!(size == 1 && vout == 8)", true],
    ['address != "x"', null],
    ["!coinbase", null],
  ])("is unknown where it hangs on what cannot be read: %s: %s", (query, expected) => {
    expect(ask(query, { vout: 7 })).toBe(expected);
  });
});

describe("a query", () => {
  it.each([
    ["", 0, "where a field or a value is expected"],
    ["size >", 6, "the query ends"],
    ["size = 3", 5, "= means nothing here"],
    ["size & 3", 5, "& means nothing here"],
    ["size > 3 4", 9, "4 where"],
    ["(size > 3", 9, "the query ends where ) is expected"],
    ["size > 3)", 8, ") where"],
    ["1 < size < 3", 9, "comparisons do not chain"],
    ["size > 3furlong", 8, "there is no unit furlong"],
    ["size > 3 kB", 9, "kB where"],
    ['msg_type == "inv', 12, "a text has no end"],
    ['msg_type == "a\\n"', 12, "\\n means nothing"],
    ['msg_type == "a\\x00"', 12, "where a NUL would be"],
    ['begins(address, "x")', 0, "there is no function begins"],
    ["size in ()", 9, ") where"],
    ["size ₿ 3", 5, "₿ means nothing here"],
    [`${"(".repeat(MAX_NESTING + 1)}true`, MAX_NESTING + 1, "nested more than"],
    [`1${"+1".repeat(MAX_OPERATORS + 1)}`, 2 * MAX_OPERATORS + 2, "at most 256 of"],
    [" ".repeat(MAX_LENGTH + 1), MAX_LENGTH, "at most"],
  ])("that is not of the language is refused where it goes wrong: %s", (query, at, message) => {
    const error = refusal(query);
    expect(error).toMatchObject({ code: "QUERY_SYNTAX", exitStatus: 2 });
    expect(error.message).toContain(message);
    const shown = query.length > 76 ? null : error.excerpt[1].indexOf("^");
    expect(shown ?? at).toBe(at);
  });

  it.each([
    ["sise > 3", "sise", "there is no field sise in test:all"],
    ["size > 3ms", "size > 3ms", "size is in B, 3ms is a duration"],
    ["size > fee", "size > fee", "size is in B, fee is in sat"],
    ["size > peer_id", "size > peer_id", "peer_id is a plain number"],
    ["peer_id > 3ms", "peer_id > 3ms", "3ms is a duration"],
    ["entry_time > 3s", "entry_time > 3s", "entry_time is in UNIX s"],
    ["fee * size > 3", "fee * size", "a product of two quantities"],
    ["duration_us > 5ns", "5ns", "5ns is not a whole number of us"],
    ["size > 0.5", "0.5", "0.5 is not a whole number"],
    ["peer_id > 18446744073709551616", "18446744073709551616", "does not fit 64 bits"],
    ["peer_id / 0 > 1", "peer_id / 0", "divides by zero"],
    ["size", "size", "size is a uint64, not a condition"],
    ["msg_type", "msg_type", "msg_type is a string, not a condition"],
    ["5 || coinbase", "5", "5 is a value, not a condition"],
    ["coinbase > 3", "coinbase", "coinbase is a bool"],
    ["coinbase == 1", "1", "neither true nor false"],
    ["msg_type == 3", "3", "a text is expected"],
    ["msg_type < 'x'", "msg_type", "msg_type is a string"],
    ["msg_type == address", "address", "a text is expected"],
    ["size == 'x'", "'x'", "a number is expected"],
    ["size in (1, vout)", "size in (1, vout)", ""],
    ["peer_id in (1, vout)", "vout", "vout is not a value"],
    ['network == "onoin"', '"onoin"', "network has no value"],
    ['txid == "abc"', '"abc"', "64 hex digits"],
    ['starts_with(txid, "abc")', "txid", "takes a string field"],
    ['starts_with(address, "a" + 1)', '"a" + 1', "a text is expected"],
    ['payload == "x"', "payload", "payload is a bytes"],
    ["!size > 3", "!size", "is not an integer"],
  ])("that asks what fields cannot answer is refused there: %s", (query, place, message) => {
    const error = refusal(query);
    expect(error).toMatchObject({ code: "QUERY_TYPE", exitStatus: 2 });
    expect(error.message).toContain(message);
    const [line, carets] = error.excerpt;
    const at = carets.indexOf("^");
    if (message !== "") expect(line.slice(at, at + carets.trim().length)).toBe(place);
  });

  it.each([
    ["fe > 3", "did you mean fee?"],
    ["size > 3KB", "did you mean"],
    ['network == "onoin"', "did you mean onion?"],
    ['start_with(address, "1")', "did you mean starts_with?"],
    ["size = 3", "did you mean ==?"],
    ["fee > 10 * vsize", "fee / vsize > 10"],
  ])("is refused with what was probably meant: %s", (query, cure) => {
    expect(refusal(query).cure).toContain(cure);
  });

  it("shows the place in a long query, and in its own line of several", () => {
    const long = `${"size > 1 || ".repeat(30)}sise > 2${" || size > 3".repeat(30)}`;
    for (const [line, carets] of [
      refusal(long).excerpt,
      refusal(`size > 1 ||\n\tsise > 2`).excerpt,
    ]) {
      expect(line.length).toBeLessThan(90);
      expect(line.slice(carets.indexOf("^"), carets.length)).toBe("sise");
    }
    expect(refusal("size > 1 ||\n\tsise > 2").excerpt[0]).toBe(" sise > 2");
  });

  it("is split into the parts that && joins, each as it was written", () => {
    const texts = (query: string) => new Query(query).parts("", ALL).map(({ text }) => text);
    expect(texts('size>1&&(coinbase && (vout == 1 || success)) && !(msg_type == "a")')).toEqual([
      ...["size>1", "coinbase", "(vout == 1 || success)", '!(msg_type == "a")'],
    ]);
    expect(texts("size > 1 || coinbase && success")).toHaveLength(1);
  });

  it("names the first field that a tracepoint lacks", () => {
    const query = new Query('size > 1 && vsize < 3 || starts_with(address, "x") && cpu == 1');
    expect(query.missingField(ALL)).toBeNull();
    expect(query.missingField(fieldsOf("net:inbound_message"))).toBe("vsize");
    expect(query.missingField(fieldsOf("mempool:added"))).toBe("size");
  });

  it("reads a field once for all the values that it may have", () => {
    const only = (query: string) => new Query(query).parts("", ALL)[0]!.condition;
    expect(only("peer_id == 1 || peer_id == 2")).toEqual(only("peer_id in (1, 2)"));
    expect(only("!(peer_id != 1 && peer_id != 2)")).toEqual(only("peer_id in (1, 2)"));
    expect(only('msg_type == "a" || coinbase || msg_type == "b"')).toEqual(
      only('msg_type in ("a", "b") || coinbase'),
    );
  });

  it("joined with another, or negated, is what logic makes of both", () => {
    const query = anyQuery(TYPES, ["starts_with", "ends_with", "contains"]).filter(isMeant);
    fc.assert(
      fc.property(
        query,
        query,
        anyEvent(TYPES),
        fc.subarray([...TYPES.keys()]),
        (a, b, event, gone) => {
          const reading: ReadField = (field) =>
            gone.includes(field.argument!) ? null : read(event)(field);
          const answer = (text: string) => {
            const parts = new Query(text).parts("", RANDOM);
            return compile(all(parts.map(({ condition }) => condition)))(reading);
          };
          const both = [answer(a), answer(b)];
          const first = (...order: (boolean | null)[]) =>
            order.find((value) => both.includes(value));
          expect(answer(`(${a}) && (${b})`)).toBe(first(false, null, true));
          expect(answer(`(${a}) || (${b})`)).toBe(first(true, null, false));
          expect(answer(`!(${a})`)).toBe(both[0] === null ? null : !both[0]);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const TYPES = ["int64", "uint64", "uint8", "bool", "string", "hash"] as const;
const RANDOM = TYPES.map((type, argument) => ({ field: field(`arg${argument}`, type), argument }));

function isMeant(text: string): boolean {
  try {
    return new Query(`!((${text}))`).parts("", RANDOM).length > 0;
  } catch (error) {
    if (error instanceof QueryError) return false;
    throw error;
  }
}

describe("any text", () => {
  const word = fc.constantFrom(
    ...[
      "size",
      "fee",
      "msg_type",
      "network",
      "coinbase",
      "txid",
      "sise",
      "in",
      "true",
      "starts_with",
    ],
    ...["(", ")", ",", "==", "!=", "<", "&&", "||", "!", "-", "*", "/", "%", "+"],
    ...["1", "0", "3ms", "2kB", "0.1btc", "0x", '"inv"', "'", "\\", "\u0000", "…", " "],
  );
  const words = fc.array(word, { maxLength: 40 }).map((all) => all.join(" "));

  it("is a query or refused with a place in it", () => {
    fc.assert(
      fc.property(fc.oneof(words, fc.string({ unit: "binary" }), fc.string()), (text) => {
        for (const tracepoint of TRACEPOINTS.keys()) {
          try {
            new Query(text).parts(tracepoint, fieldsOf(tracepoint));
          } catch (error) {
            if (!(error instanceof QueryError)) throw error;
            expect(error.excerpt[1]).toMatch(/^ *\^+$/);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
