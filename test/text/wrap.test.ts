import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { painter } from "../../src/text/paint.ts";
import { wrapped } from "../../src/text/wrap.ts";

const HASH = "ab".repeat(32);

describe("wrapped text", () => {
  it("is broken between words, and its further rows are indented", () => {
    expect(wrapped("  → check the path and its permissions\n", 24)).toBe(
      "  → check the path and\n    its permissions\n",
    );
    expect(wrapped("12:00:00.000000  mempool:added  vsize=141 vB fee=1,410 sat", 52)).toBe(
      "12:00:00.000000  mempool:added  vsize=141 vB\n                 fee=1,410 sat",
    );
  });

  it("is indented less where a word would not fit", () => {
    const lines = wrapped(
      `12:00:00.000000  mempool:added  replacement_id=${HASH} x=1`,
      80,
      17,
    ).split("\n");
    expect(lines).toEqual([
      "12:00:00.000000  mempool:added",
      ` replacement_id=${HASH}`,
      "                 x=1",
    ]);
  });

  it("keeps units with their numbers", () => {
    expect(wrapped("aaaa bbbb 12 sat cccc", 14)).toBe("aaaa bbbb\n  12 sat cccc");
  });

  it("is unchanged if it fits", () => {
    for (const text of ["", "\n", "a  b\n\n", "  x"]) expect(wrapped(text, 10)).toBe(text);
  });

  it("has all words unbroken, in lines that fit the terminal", () => {
    const paint = painter(true);
    const word = fc.stringMatching(/^[a-z]{1,20}$/).map((text) => paint("name", text));
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 20, max: 100 }), (words, width) => {
        const lines = wrapped(words.join(" "), width).split("\n").map(stripVTControlCharacters);
        const plain = words.map(stripVTControlCharacters);
        expect(lines.join(" ").split(/ +/).filter(Boolean)).toEqual(plain);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
