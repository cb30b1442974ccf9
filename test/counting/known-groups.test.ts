import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CountLayout, keyOfTexts } from "../../src/counting/count-layout.ts";
import { CountQuery } from "../../src/counting/count-query.ts";
import { knownGroups, slotSize } from "../../src/counting/known-groups.ts";

function layoutBy(...lengths: readonly number[]): CountLayout {
  const fields = lengths.map((maxLength, argument) => {
    const field = { name: `f${argument}`, type: "string", meaning: "", maxLength } as const;
    return { field, argument };
  });
  const by = fields.map(({ field }) => field.name);
  const query = { patterns: [], where: null, types: [], measures: [], histogram: null, room: 1 };
  return new CountQuery({ ...query, by }).plan("a:b", fields).layout;
}

const LAYOUT = layoutBy(12);
const keysOf = (texts: readonly string[]) => texts.map((text) => keyOfTexts(LAYOUT, [text]));
const hex = (key: Uint8Array) => Buffer.from(key).toString("hex");

const anyTexts = fc.uniqueArray(fc.string({ maxLength: 12 }), {
  minLength: 1,
  maxLength: 600,
  selector: (text) => hex(keyOfTexts(LAYOUT, [text])),
});

describe("known groups", () => {
  it("are each in one slot, which holds the place of their value, or are left over", () => {
    fc.assert(
      fc.property(anyTexts, (texts) => {
        const keys = keysOf(texts);
        const known = knownGroups(LAYOUT, keys)!;
        expect([...known.keys, ...known.rest].map(hex).sort()).toEqual(keys.map(hex).sort());
        const size = slotSize(LAYOUT);
        const found = new Map<string, number>();
        for (let at = 0; at < known.slots.length; at += size) {
          const slot = Buffer.from(known.slots.buffer, at, size);
          const isUsed = slot.subarray(0, 8).every((byte) => byte === 0);
          if (isUsed)
            found.set(hex(slot.subarray(0, LAYOUT.keySize)), slot.readUInt32LE(LAYOUT.keySize));
          else expect(slot.every((byte) => byte === 0xff)).toBe(true);
        }
        expect([...found]).toHaveLength(known.keys.length);
        for (const [place, key] of known.keys.entries()) expect(found.get(hex(key))).toBe(place);
      }),
      { numRuns: 30 },
    );
  });

  it("have at most one key with the same bytes", () => {
    const { keys, rest } = knownGroups(LAYOUT, keysOf(["inv", "inv"]))!;
    expect([keys, rest].map(({ length }) => length)).toEqual([1, 1]);
  });

  it("need keys, of a length that is worth comparing, and not too many", () => {
    expect(knownGroups(LAYOUT, [])).toBeNull();
    expect(knownGroups(LAYOUT, keysOf(Array.from({ length: 1025 }, (_, i) => `${i}`)))).toBeNull();
    const long = layoutBy(100);
    expect(knownGroups(long, [keyOfTexts(long, ["inv"])])).toBeNull();
  });
});
