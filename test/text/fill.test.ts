import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fill, hang } from "../../src/text/fill.ts";
import { painter } from "../../src/text/paint.ts";

const words = (text: string) => text.split(" ");

describe("fill", () => {
  it("fills a line with the pieces that fit", () => {
    expect(fill(words("one two three four"), 9)).toEqual(["one two", "three", "four"]);
    expect(fill(["int32 vsize,", "hash txid"], 22)).toEqual(["int32 vsize, hash txid"]);
    expect(fill([], 9)).toEqual([]);
  });

  it("gives a wide piece a line of its own", () => {
    expect(fill(words("a abcdefghij b"), 5)).toEqual(["a", "abcdefghij", "b"]);
  });

  it("ignores the width of colour codes", () => {
    const paint = painter(true);
    const [line, ...others] = fill([paint("name", "one"), paint("problem", "two")], 7);
    expect(stripVTControlCharacters(line!)).toBe("one two");
    expect(others).toEqual([]);
  });

  it("keeps every piece, and exceeds the width only for a wider piece", () => {
    const piece = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(fc.array(piece), fc.integer({ min: -5, max: 30 }), (pieces, width) => {
        const lines = fill(pieces, width);
        expect(lines.flatMap(words)).toEqual(pieces);
        for (const line of lines) {
          expect(line.length <= width || !line.includes(" ")).toBe(true);
        }
      }),
    );
  });
});

describe("hang", () => {
  it("indents further lines below the first", () => {
    expect(hang("ok  ", words("one two three"), 11)).toEqual(["ok  one two", "    three"]);
    expect(hang("ok  ", [], 11)).toEqual(["ok"]);
  });
});
