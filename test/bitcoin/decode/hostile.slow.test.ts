import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { serializeBlock } from "../../../src/bitcoin/block.ts";
import { BlockView } from "../../../src/bitcoin/decode/block-view.ts";
import { InventoryView } from "../../../src/bitcoin/decode/inventory-view.ts";
import { type DecodedMessage, decodeMessage } from "../../../src/bitcoin/decode/message.ts";
import { serializePayload } from "../../../src/bitcoin/message.ts";
import { MESSAGE_TYPES } from "../../../src/bitcoin/message-types.ts";
import { bytes } from "../vectors.ts";
import { block, message } from "./arbitrary.ts";

/** With some bytes changed, mostly to those that mean something where a count or a flag is. */
const damaged = (whole: fc.Arbitrary<Uint8Array>) =>
  fc
    .tuple(
      whole,
      fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(2), fc.constant(0xfd), fc.nat(255))), {
        maxLength: 5,
      }),
    )
    .map(([bytes, changes]) => {
      for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    });

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 400, size: "max" }),
  damaged(message.map(serializePayload)),
);
const anyType = fc.oneof(fc.constantFrom(...MESSAGE_TYPES), fc.string());

function expectTotal(decoded: DecodedMessage, length: number, size: number): void {
  expect(JSON.parse(JSON.stringify(decoded))).toEqual(decoded);
  const { incomplete } = decoded;
  if (incomplete === undefined) return;
  expect(incomplete.field).not.toBe("");
  expect(incomplete.offset).toBeLessThanOrEqual(length);
  if (length === size) expect(incomplete.reason).not.toBe("cut");
}

describe("any bytes", () => {
  it("decode to a JSON value, with any message type", () => {
    fc.assert(
      fc.property(anyType, payload, fc.nat(1000), (type, given, more) => {
        const size = given.length + more;
        expectTotal(decodeMessage(type, given, size), given.length, size);
        expectTotal(decodeMessage(type, given), given.length, given.length);
      }),
      { numRuns: 5000 },
    );
  });

  it("have the same entries in the views of blocks and inventories as in the decoded message", () => {
    fc.assert(
      fc.property(fc.oneof(payload, damaged(block.map(serializeBlock))), (given) => {
        const decoded = decodeMessage("block", given);
        const view = new BlockView(given);
        expect(
          [...view.transactions()].map((t) => [t.txid, t.wtxid, t.size, t.vsize, t.weight]),
        ).toEqual(
          (decoded.transactions ?? []).map((t) => [t.txid, t.wtxid, t.size, t.vsize, t.weight]),
        );
        expect(view.header).toEqual(decoded.header ?? null);

        const inventory = decodeMessage("inv", given);
        const items = new InventoryView(given);
        expect(
          Array.from({ length: items.length }, (_, i) => ({
            kind: items.kind(i),
            hash: items.hash(i),
          })),
        ).toEqual(inventory.items ?? []);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Whether `part` has nothing that `whole` has not in the same place. */
function isBeginning(part: unknown, whole: unknown): boolean {
  if (typeof part !== "object" || part === null) return part === whole;
  return Object.entries(part).every(([key, value]) =>
    isBeginning(value, (whole as Record<string, unknown>)[key]),
  );
}

/** A message, and how many of its payload's bytes there are: not all. */
const beginning = message
  .map((written) => ({ type: written.type, whole: serializePayload(written) }))
  .filter(({ whole }) => whole.length > 0)
  .chain(({ type, whole }) =>
    fc.record({
      type: fc.constant(type),
      whole: fc.constant(whole),
      length: fc.nat(whole.length - 1),
    }),
  );

describe("a payload that was captured in part", () => {
  it("is `cut`, with the fields before the cut", () => {
    fc.assert(
      fc.property(beginning, ({ type, whole, length }) => {
        const decoded = decodeMessage(type, whole.subarray(0, length), whole.length);
        expect(decoded.incomplete).toMatchObject({ reason: "cut" });
        const { incomplete, ...told } = decoded;
        expect(isBeginning(told, decodeMessage(type, whole))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("names the incomplete field, its offset and its declared size", () => {
    const inputs = `02${"11".repeat(32)}0000000000${"ffffffff"}${"22".repeat(32)}010000006b4830`;
    expect(decodeMessage("tx", bytes(`02000000${inputs}`), 372)).toMatchObject({
      version: 2,
      inputs: [{ txid: "11".repeat(32), vout: 0, script_sig: "", sequence: 0xffff_ffff }],
      incomplete: { reason: "cut", field: "inputs[1].script_sig", offset: 83, declared: 0x6b },
    });
  });

  it("is the captured bytes in hex digits if its type is unknown", () => {
    expect(decodeMessage("constructor", bytes("0102"), 9n)).toEqual({
      type: "unknown",
      msg_type: "constructor",
      payload: "0102",
      incomplete: { reason: "cut", field: "payload", offset: 2 },
    });
  });
});

describe("a message that is invalid for its type", () => {
  it("is `short` if it ends too early", () => {
    fc.assert(
      fc.property(beginning, ({ type, whole, length }) => {
        const { incomplete } = decodeMessage(type, whole.subarray(0, length));
        // A version and a ping may be shorter than they are now.
        if (type !== "version" && type !== "ping") expect(incomplete?.reason).toBe("short");
      }),
    );
  });

  it("allocates no memory for entries that it only declares", () => {
    const most = "ffffffffffffffffff";
    for (const type of MESSAGE_TYPES) decodeMessage(type, bytes(most.repeat(20)));
    expect(decodeMessage("inv", bytes(most))).toEqual({
      type: "inv",
      items: [],
      incomplete: {
        reason: "short",
        field: "items[0]",
        offset: 9,
        declared: "18446744073709551615",
      },
    });
    expect(decodeMessage("cfilter", bytes(`00${"00".repeat(32)}feffffff7f00`))).toMatchObject({
      incomplete: { reason: "short", field: "filter", offset: 38, declared: 0x7fff_ffff },
    });
  });

  it("is `malformed` if a transaction's flag is unknown or its witness empty", () => {
    const flagged = (flag: string) =>
      `02000000${flag}01${"11".repeat(32)}0000000000ffffffff000000000000`;
    expect(decodeMessage("tx", bytes(flagged("0002")))).toEqual({
      type: "tx",
      version: 2,
      inputs: [],
      incomplete: { reason: "malformed", field: "flag", offset: 5 },
    });
    expect(decodeMessage("tx", bytes(flagged("0001")))).toMatchObject({
      outputs: [],
      incomplete: { reason: "malformed", field: "witness", offset: 49 },
    });
    const block = bytes(`${"00".repeat(80)}01${flagged("0001")}`);
    expect([...new BlockView(block).transactions()]).toEqual([]);
    expect(
      decodeMessage("blocktxn", bytes(`${"00".repeat(32)}01${flagged("0001")}`)),
    ).toMatchObject({
      transactions: [],
      incomplete: { reason: "malformed", field: "transactions[0].witness", declared: 1 },
    });
  });

  it("is `malformed` if it requests a transaction with an impossible index", () => {
    expect(decodeMessage("getblocktxn", bytes(`${"00".repeat(32)}02fdffff00`))).toMatchObject({
      indexes: [0xffff],
      incomplete: { reason: "malformed", field: "indexes[1]", offset: 36, declared: 2 },
    });
  });
});
