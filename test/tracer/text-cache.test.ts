import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TextCache } from "../../src/tracer/text-cache.ts";

const AT = 8;
const ROOM = 32;

/** Text in memory, with whatever lies behind its NUL. */
function lay(memory: ArrayBuffer, bytes: Uint8Array, behind: number): void {
  const room = new Uint8Array(memory, AT, ROOM).fill(behind);
  room.set(bytes);
  if (bytes.length < ROOM) room[bytes.length] = 0;
}

const anyText = fc.uint8Array({ min: 1, max: 127, maxLength: ROOM });

describe("the cache of texts", () => {
  it("reads every text as it is, whatever was read before and lies behind it", () => {
    const memory = new ArrayBuffer(AT + ROOM);
    const cache = new TextCache(memory);
    fc.assert(
      fc.property(anyText, fc.nat(255), (bytes, behind) => {
        lay(memory, bytes, behind);
        expect(cache.read(AT, ROOM)).toBe(Buffer.from(bytes).toString("latin1"));
      }),
    );
  });

  it("tells texts apart that differ in one byte only", () => {
    const memory = new ArrayBuffer(AT + ROOM);
    const cache = new TextCache(memory);
    fc.assert(
      fc.property(anyText, fc.nat(ROOM - 1), (bytes, where) => {
        fc.pre(where < bytes.length);
        const other = bytes.with(where, bytes[where]! ^ 0x80);
        for (const each of [bytes, other, bytes]) {
          lay(memory, each, 0);
          const [first, again] = [cache.read(AT, ROOM), cache.read(AT, ROOM)];
          expect(again).toBe(first);
          expect(first === Buffer.from(bytes).toString("latin1")).toBe(each === bytes);
        }
      }),
    );
  });
});
