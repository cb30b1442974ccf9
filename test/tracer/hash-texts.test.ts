import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HashTexts } from "../../src/tracer/hash-texts.ts";

const HASH = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** Memory that holds the hashes one after the other. */
function memoryOf(hashes: readonly Uint8Array[]): ArrayBuffer {
  const memory = new ArrayBuffer(32 * hashes.length);
  for (const [i, hash] of hashes.entries()) new Uint8Array(memory).set(hash, 32 * i);
  return memory;
}

const hex = (hash: Uint8Array) => Buffer.from(hash).toString("hex");

describe("the texts of hashes", () => {
  it("are the hex digits of every byte", () => {
    const hashes = Array.from({ length: 8 }, (_, i) =>
      Uint8Array.from({ length: 32 }, (_, j) => 32 * i + j),
    );
    const texts = new HashTexts(memoryOf(hashes), 0);
    for (const [i, hash] of hashes.entries()) expect(texts.read(32 * i)).toBe(hex(hash));
  });

  it("are the same whether the hashes were announced or not, repeated or not, over many batches", () => {
    // Few different hashes, so that many follow one that is the same.
    const batch = fc.array(
      fc.record({ hash: fc.nat(5), isAnnounced: fc.boolean(), isRead: fc.boolean() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(
        fc.array(HASH, { minLength: 6, maxLength: 6 }),
        fc.array(batch, { maxLength: 4 }),
        fc.nat(60),
        (hashes, batches, most) => {
          const texts = new HashTexts(memoryOf(hashes), most);
          for (const reads of batches) {
            texts.clear();
            for (const { hash, isAnnounced } of reads) if (isAnnounced) texts.announce(32 * hash);
            for (const { hash, isRead } of reads) {
              if (isRead) expect(texts.read(32 * hash)).toBe(hex(hashes[hash]!));
            }
          }
        },
      ),
    );
  });

  it("stay what they are when the memory changes", () => {
    const memory = memoryOf(Array.from({ length: 20 }, (_, i) => new Uint8Array(32).fill(i)));
    const texts = new HashTexts(memory, 20);
    for (let i = 0; i < 20; i++) texts.announce(32 * i);
    const read = Array.from({ length: 20 }, (_, i) => texts.read(32 * i));
    new Uint8Array(memory).fill(0xff);
    texts.clear();
    expect(read).toEqual(
      Array.from({ length: 20 }, (_, i) => i.toString(16).padStart(2, "0").repeat(32)),
    );
  });
});
