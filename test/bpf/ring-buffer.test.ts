import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RingBuffer } from "../../src/bpf/ring-buffer.ts";
import { isTraceable } from "../../src/kernel/platform.ts";
import { temporaryDirectory } from "../helpers/compile.ts";

/** Of kernels for x86-64, and of some for aarch64. */
const PAGE_SIZES = [4096, 16_384, 65_536];
const BUSY = 0x8000_0000;
const DISCARD = 0x4000_0000;

interface RecordPlan {
  readonly content: string;
  readonly bits?: number;
}

/** What the kernel does, in a file: maps are shared memory, and so is a file that two map. */
class FakeRing {
  readonly fd: number;
  readonly #page: number;
  readonly #data: Buffer;
  #produced = 0;

  /** @param page bytes of a page, and of the ring */
  constructor(path: string, page: number) {
    this.fd = openSync(path, "w+");
    this.#page = page;
    this.#data = Buffer.alloc(page);
    writeSync(this.fd, Buffer.alloc(4 * page));
  }

  get consumed(): number {
    const position = Buffer.alloc(8);
    readSync(this.fd, position, 0, 8, 0);
    return Number(position.readBigUInt64LE());
  }

  /** @returns where the record's header lies, counted from the ring's beginning */
  produce({ content, bits = 0 }: RecordPlan): number {
    const at = this.#produced;
    const record = Buffer.alloc(8 + Math.ceil(content.length / 8) * 8);
    record.writeUInt32LE((content.length | bits) >>> 0);
    record.write(content, 8, "latin1");
    this.#write(at, record);
    this.#produced += record.length;
    const position = Buffer.alloc(8);
    position.writeBigUInt64LE(BigInt(this.#produced));
    writeSync(this.fd, position, 0, 8, this.#page);
    return at;
  }

  commit(at: number, length: number, bits = 0): void {
    const header = Buffer.alloc(4);
    header.writeUInt32LE((length | bits) >>> 0);
    this.#write(at, header);
  }

  #write(at: number, bytes: Buffer): void {
    const page = this.#page;
    for (const [i, byte] of bytes.entries()) this.#data[(at + i) % page] = byte;
    for (const copy of [2 * page, 3 * page]) writeSync(this.fd, this.#data, 0, page, copy);
  }
}

describe.skipIf(!isTraceable).each(PAGE_SIZES)(
  "a ring buffer's consumer, in pages of %d bytes,",
  (page) => {
    const directory = temporaryDirectory();

    function open() {
      const fake = new FakeRing(join(directory, "ring"), page);
      const ring = new RingBuffer(fake.fd, page, page);
      const read = (most = 100) => {
        const taken: string[] = [];
        ring.drain(most, (offset, length) => {
          taken.push(Buffer.from(ring.data, offset, length).toString("latin1"));
          return true;
        });
        return taken;
      };
      const close = () => {
        ring.close();
        closeSync(fake.fd);
      };
      return { fake, ring, read, close };
    }

    it("reads records in order and frees their space", () => {
      const { fake, read, close } = open();
      for (const content of ["first", "", "exactly8", "the fourth"]) fake.produce({ content });
      expect(read()).toEqual(["first", "", "exactly8", "the fourth"]);
      expect(fake.consumed).toBe(16 + 8 + 16 + 24);
      expect(read()).toEqual([]);
      close();
    });

    it("stops at a record that is not committed yet", () => {
      const { fake, read, close } = open();
      fake.produce({ content: "done" });
      const at = fake.produce({ content: "open", bits: BUSY });
      fake.produce({ content: "later" });
      expect(read()).toEqual(["done"]);
      expect(read()).toEqual([]);
      expect(fake.consumed).toBe(16);
      fake.commit(at, 4);
      expect(read()).toEqual(["open", "later"]);
      close();
    });

    it("skips discarded records", () => {
      const { fake, read, close } = open();
      fake.produce({ content: "gone", bits: DISCARD });
      fake.produce({ content: "here" });
      const at = fake.produce({ content: "undecided", bits: BUSY });
      expect(read()).toEqual(["here"]);
      fake.commit(at, 9, DISCARD);
      expect(read()).toEqual([]);
      expect(fake.consumed).toBe(16 + 16 + 24);
      close();
    });

    it("reads at most the requested number of records", () => {
      const { fake, read, close } = open();
      for (const content of ["1", "2", "3"]) fake.produce({ content });
      expect(read(2)).toEqual(["1", "2"]);
      expect(fake.consumed).toBe(32);
      expect(read(2)).toEqual(["3"]);
      close();
    });

    it("reads a refused record again the next time", () => {
      const { fake, ring, read, close } = open();
      for (const content of ["1", "2"]) fake.produce({ content });
      let seen = 0;
      ring.drain(10, () => ++seen < 2);
      expect(fake.consumed).toBe(16);
      expect(read()).toEqual(["2"]);
      close();
    });

    it("continues where an earlier consumer of the same ring stopped", () => {
      const { fake, ring, read, close } = open();
      fake.produce({ content: "old" });
      read();
      ring.close();
      fake.produce({ content: "new" });
      const next = new RingBuffer(fake.fd, page, page);
      const taken: number[] = [];
      next.drain(10, (_, length) => taken.push(length) > 0);
      expect(taken).toEqual([3]);
      next.close();
      close();
    });

    it("returns nothing after it is closed", () => {
      const { fake, ring, read, close } = open();
      fake.produce({ content: "late" });
      ring.close();
      expect(read()).toEqual([]);
      close();
    });

    it("reads any records correctly, over many rounds of the ring", () => {
      const content = fc.string({ unit: "binary-ascii", maxLength: 300 });
      const batch = fc.array(fc.record({ content, bits: fc.constantFrom(0, DISCARD) }), {
        maxLength: 12,
      });
      fc.assert(
        fc.property(fc.array(batch, { minLength: 5, maxLength: 15 }), (batches) => {
          const { fake, read, close } = open();
          for (const records of batches) {
            for (const record of records) fake.produce(record);
            const kept = records.filter(({ bits }) => bits === 0).map(({ content }) => content);
            expect(read()).toEqual(kept);
          }
          close();
        }),
        { numRuns: page === 4096 ? 30 : 5 },
      );
    });
  },
);
