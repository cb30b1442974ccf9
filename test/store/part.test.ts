import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  currentParts,
  journalPart,
  MERGED,
  nextMerge,
  type Part,
  parquetPart,
  parsePart,
} from "../../src/store/part.ts";
import { sum } from "../../src/util/statistics.ts";

const numbersOf = ({ first, last }: Part) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe("the parts of a table", () => {
  it.each([journalPart(7), parquetPart(7, 7), parquetPart(7, 18)])("have names: $name", (part) => {
    expect(parsePart(part.name)).toEqual(part);
  });

  it.each(["", "7.ndjson", "000000007.ndjson.new", "000000008-000000007.parquet", "../x"])(
    "do not include '%s'",
    (name) => {
      expect(parsePart(name)).toBeNull();
    },
  );

  it("hold each journal once, whenever a merge was interrupted", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.boolean()), (sizes, left) => {
        const begins = sizes.map((_, i) => 1 + sum(sizes.slice(0, i)));
        const wholes = sizes.map((size, i) => parquetPart(begins[i]!, begins[i]! + size - 1));
        const leftovers = wholes
          .flatMap((whole) => numbersOf(whole).flatMap((n) => [journalPart(n), parquetPart(n, n)]))
          .filter(({ name }) => left.next().value && wholes.every((whole) => whole.name !== name));
        const { current, superseded } = currentParts([...leftovers, ...wholes]);
        expect(current).toEqual(wholes);
        expect(superseded).toHaveLength(leftovers.length);
      }),
    );
  });

  it("become few, in order, and lose no journal", () => {
    let parts: readonly Part[] = [];
    for (let n = 1; n <= 3 * MERGED * MERGED + 5; n++) {
      parts = currentParts([...parts, parquetPart(n, n)]).current;
      for (let chosen = nextMerge(parts, 2); chosen; chosen = nextMerge(parts, 2)) {
        const whole = parquetPart(chosen[0]!.first, chosen.at(-1)!.last);
        parts = currentParts([...parts, whole]).current;
      }
      expect(parts.length).toBeLessThan(3 + 2 * MERGED);
      expect(parts.flatMap(numbersOf)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
    }
  });

  it("are not merged beyond their level", () => {
    const parts = Array.from({ length: 50 }, (_, i) => parquetPart(i + 1, i + 1));
    expect(nextMerge(parts, 0)).toBeNull();
    expect(nextMerge(parts, 1)).toHaveLength(MERGED);
  });
});
