import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStruct } from "../../../src/capnp/codec.ts";
import { FrameReader } from "../../../src/capnp/frame-reader.ts";
import { MessageReader, type StructReader } from "../../../src/capnp/message-reader.ts";
import { readMessage } from "../../../src/capnp/rpc-message.ts";
import { CorelensError } from "../../../src/errors.ts";
import { Chain, ChainNotifications } from "../../../src/node/ipc/schema/chain.ts";
import { Node } from "../../../src/node/ipc/schema/node.ts";
import { UtxoInfo } from "../../../src/node/ipc/schema/tracing.ts";
import { message, rootOf } from "./frames.ts";

const protocolError = expect.objectContaining({ code: "IPC_PROTOCOL" });
const caught = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  return null;
};

describe("the reader of segment tables", () => {
  const table = (...numbers: number[]): Uint8Array => {
    const bytes = Buffer.alloc(numbers.length * 4);
    for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, i * 4);
    return bytes;
  };

  it("refuses more segments than C++ does, before anything is allocated", () => {
    expect(caught(() => [...new FrameReader().read(table(0xffff_ffff, 0))])).toEqual(protocolError);
    expect(caught(() => [...new FrameReader().read(table(512, 0))])).toEqual(protocolError);
  });

  it("refuses a message of 70 MB as soon as the table is read", () => {
    const error = caught(() => [...new FrameReader().read(table(0, 70_000_000 / 8))]);
    expect(error).toEqual(protocolError);
    expect((error as Error).message).toBe("a message claims 70000008 bytes");
  });

  it("assembles messages from pieces of any size", () => {
    const one = message([
      [0, 1],
      [7, 8],
    ]);
    const two = message(
      [[0, 0]],
      [
        [1, 2],
        [3, 4],
      ],
    );
    const stream = Buffer.concat([one, two, one]);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 6 }), (cuts) => {
        const reader = new FrameReader();
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const sizes = places.slice(1).flatMap((end, i) => {
          const frames = [...reader.read(stream.subarray(places[i], end))];
          return frames.map(({ segments }) => segments.map(({ start, end }) => end - start));
        });
        expect(sizes).toEqual([[16], [8, 16], [16]]);
        expect(reader.pending).toBe(0);
      }),
    );
  });
});

describe("the reader of pointers", () => {
  it("reads fields beyond the end of a struct as zero and null", () => {
    const root = rootOf(
      message([
        [0, 1],
        [5, 6],
      ]),
    );
    expect([root.uint32(0), root.uint32(4), root.uint32(8), root.uint64(8)]).toEqual([5, 6, 0, 0n]);
    expect([root.struct(0), root.list(3), root.bytes(9), root.capability(1)]).toEqual(
      Array(4).fill(null),
    );
  });

  it("follows far pointers, and pairs of them", () => {
    const far = rootOf(
      message(
        [[2, 1]],
        [
          [0, 1],
          [42, 0],
        ],
      ),
    );
    expect(far.uint32(0)).toBe(42);
    const pair = rootOf(
      message(
        [[6, 1]],
        [
          [2, 2],
          [0, 1],
        ],
        [[43, 0]],
      ),
    );
    expect(pair.uint32(0)).toBe(43);
  });

  const STRUCT_WITH_POINTER = [0, 1 << 16] as const;
  const refused: Record<string, readonly [Uint8Array, (root: StructReader) => unknown]> = {
    "out of the segment": [message([[8 << 2, 1]]), (root) => root.uint32(0)],
    "before the segment": [message([[-4 << 2, 1]]), (root) => root.uint32(0)],
    "to a segment that is not there": [message([[2, 9]]), (root) => root],
    "far to a far one": [message([[2, 1]], [[2, 0]]), (root) => root],
    "to a list where a struct belongs": [
      message([STRUCT_WITH_POINTER, [1, 2]]),
      (root) => root.struct(0),
    ],
    "to a list longer than its segment": [
      message([STRUCT_WITH_POINTER, [1, (0x1fff_ffff << 3) | 5]]),
      (root) => root.list(0),
    ],
    "to structs that are more than there is room for": [
      message([STRUCT_WITH_POINTER, [1, (1 << 3) | 7], [9 << 2, 1], [0, 0]]),
      (root) => root.list(0),
    ],
    "to hundreds of millions of elements without size": [
      message([STRUCT_WITH_POINTER, [1, (0x1fff_ffff << 3) | 0]]),
      (root) => root.list(0),
    ],
    "to structs without size, without end": [
      message([STRUCT_WITH_POINTER, [1, 7], [0x3fff_ffff << 2, 0]]),
      (root) => root.list(0),
    ],
  };
  for (const [what, [bytes, read]] of Object.entries(refused)) {
    it(`refuses a pointer ${what}`, () => {
      expect(caught(() => read(rootOf(bytes)))).toEqual(protocolError);
    });
  }

  it("refuses a pointer that leads to itself, after a limited number of steps", () => {
    // A struct whose only pointer leads back to that struct.
    let struct: StructReader | null = rootOf(
      message([
        [0, 1 << 16],
        [-2 << 2, 1 << 16],
      ]),
    );
    let steps = 0;
    const error = caught(() => {
      for (; struct; steps++) struct = struct.struct(0);
    });
    expect(error).toEqual(protocolError);
    expect(steps).toBe(63);
  });

  it("refuses content that is referenced again and again", () => {
    const words = 100_000;
    const list = [1, (words << 3) | 5] as const;
    const root = rootOf(message([[0, 1 << 16], list, ...Array(words).fill([0, 0])]));
    let times = 0;
    expect(
      caught(() => {
        for (;;) {
          root.list(0);
          times++;
        }
      }),
    ).toEqual(protocolError);
    expect(times).toBe(83);
  });
});

describe("a reader of random bytes", () => {
  const words = fc.array(
    fc.tuple(
      // Pointers near by are what leads deep into the reader.
      fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer()),
      fc.oneof(fc.constantFrom(0, 1, 1 << 16, (1 << 16) | 1, 15, 23, 7), fc.integer()),
    ),
    { minLength: 1, maxLength: 40 },
  );
  const types = [
    Node.methods.getNodesStats.results,
    Chain.methods.estimateSmartFee.results,
    ChainNotifications.methods.blockConnected.params,
    UtxoInfo,
  ];

  it("returns values or throws IPC_PROTOCOL", () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 3 }), (segments) => {
        const [frame] = new FrameReader().read(message(...segments));
        for (const read of [
          () => readMessage(frame!),
          ...types.map(
            (type) => () => readStruct<unknown>(type, new MessageReader(frame!).root(), () => null),
          ),
        ]) {
          const error = caught(read);
          if (error !== null) expect(error).toEqual(protocolError);
          if (error !== null) expect(error).toBeInstanceOf(CorelensError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
