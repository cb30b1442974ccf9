import fc from "fast-check";
import { expect, it } from "vitest";
import { BlockRing } from "../../src/dashboard/block-ring.ts";

it("a ring of blocks returns the newest blocks unchanged, whatever their lengths", () => {
  const blocks = fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 60 });
  fc.assert(
    fc.property(blocks, (lengths) => {
      const ring = new BlockRing(100);
      for (const [i, length] of lengths.entries()) {
        ring.push(new Uint8Array(length).fill(i), i);
        const kept = keptIn(ring);
        expect(ring.bytes).toBe(kept.reduce((sum, { bytes }) => sum + bytes.length, 0));
        expect(ring.bytes).toBeLessThanOrEqual(100);
        for (const [back, { bytes, begin }] of kept.entries()) {
          const number = kept[0]!.begin - back;
          expect(begin).toBe(number);
          expect(bytes).toEqual(Buffer.alloc(lengths[number]!, number));
        }
        expect(kept[0]?.begin ?? null).toBe(length <= 100 ? i : null);
      }
    }),
  );
});

it("a ring of blocks keeps all blocks while there is room, then drops the oldest", () => {
  const ring = new BlockRing(100);
  for (let i = 0; i < 4; i++) ring.push(new Uint8Array(25), i);
  expect(keptIn(ring).map(({ begin }) => begin)).toEqual([3, 2, 1, 0]);
  ring.push(new Uint8Array(26), 4);
  expect(keptIn(ring).map(({ begin }) => begin)).toEqual([4, 3, 2]);
});

it("a cleared ring of blocks has no former block", () => {
  const ring = new BlockRing(100);
  ring.push(new Uint8Array(10), 0);
  const number = ring.next - 1;
  ring.clear();
  ring.push(new Uint8Array(10), 1);
  expect(ring.get(number)).toBeNull();
  expect(ring.get(ring.next - 1)?.begin).toBe(1);
});

/** Newest first. */
function keptIn(ring: BlockRing) {
  const kept = [];
  for (let number = ring.next - 1; ; number--) {
    const block = ring.get(number);
    if (block === null) return kept;
    kept.push(block);
  }
}
