import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { HEADER, layOut, type RecordLayout } from "../../src/tracer/record-layout.ts";
import { anyFields, field } from "./fields.ts";

const MESSAGE = [
  field("peer_id", "int64"),
  field("address", "string", { maxLength: 68 }),
  field("msg_type", "string", { maxLength: 12 }),
  field("flag", "bool"),
  field("count", "uint16"),
  field("size", "uint64"),
  field("payload", "bytes", { length: "size" }),
];
const all = new Set(MESSAGE.map(({ name }) => name));

const places = ({ slots }: RecordLayout) =>
  Object.fromEntries(slots.map(({ field, offset, size }) => [field.name, [offset, size]]));

describe("a record's layout", () => {
  it("has only the fields asked for, in argument order, with their argument's index", () => {
    const layout = layOut(3, "net:message", MESSAGE, new Set(["size", "msg_type"]));
    expect(layout).toMatchObject({ id: 3, name: "net:message", payload: null });
    expect(layout.slots.map(({ field, argument }) => [field.name, argument])).toEqual([
      ["msg_type", 2],
      ["size", 5],
    ]);
  });

  it("puts wide slots first and strings after integers, so that nothing needs padding", () => {
    expect(places(layOut(0, "net:message", MESSAGE, all))).toEqual({
      peer_id: [32, 8],
      size: [40, 8],
      msg_type: [48, 32],
      address: [80, 264],
      count: [344, 2],
      flag: [346, 1],
    });
  });

  it("has the payload behind it, and its length before all slots", () => {
    const { payload, size } = layOut(0, "net:message", MESSAGE, all);
    expect(payload).toMatchObject({ argument: 6, lengthArgument: 5, lengthOffset: HEADER.size });
    expect(size).toBe(352);
  });

  it("is a header alone when no field is asked for", () => {
    const layout = layOut(0, "net:message", MESSAGE, new Set());
    expect(layout).toMatchObject({ slots: [], size: HEADER.size, payload: null });
  });

  it("has room for the longest string that the contract knows of every field", () => {
    for (const [name, { layouts }] of TRACEPOINTS) {
      for (const { fields } of layouts) {
        const { slots } = layOut(0, name, fields, new Set(fields.map((field) => field.name)));
        for (const { field, size } of slots) {
          if (field.type === "string") expect(size).toBeGreaterThan(field.maxLength ?? 0);
        }
      }
    }
  });

  it("keeps slots apart, aligned and within the record, whatever the fields", () => {
    fc.assert(
      fc.property(anyFields(), ({ fields, wanted }) => {
        const { slots, size, payload } = layOut(0, "a:b", fields, wanted);
        const spans = slots.map(({ offset, size }) => [offset, offset + size] as const);
        if (payload) spans.push([payload.lengthOffset, payload.lengthOffset + 8]);
        spans.push([0, HEADER.size]);
        const sorted = spans.toSorted(([a], [b]) => a - b);
        for (const [i, [start]] of sorted.entries()) {
          if (i > 0) expect(start).toBeGreaterThanOrEqual(sorted[i - 1]![1]);
        }
        for (const { offset, size } of slots) expect(offset % Math.min(size, 8)).toBe(0);
        expect(sorted.at(-1)![1]).toBeLessThanOrEqual(size);
        expect(size % 8).toBe(0);
        expect(slots.length + (payload ? 1 : 0)).toBe(wanted.size);
      }),
    );
  });
});
