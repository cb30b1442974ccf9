import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import {
  HEADER,
  layOut,
  type RecordForm,
  type RecordLayout,
} from "../../src/tracer/record-layout.ts";
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

const places = ({ slots }: RecordForm) =>
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
    expect(places(layOut(0, "net:message", MESSAGE, all).narrow!)).toEqual({
      peer_id: [32, 8],
      size: [40, 8],
      msg_type: [48, 16],
      address: [64, 72],
      count: [136, 2],
      flag: [138, 1],
    });
  });

  it("has a wide form for strings that are longer than expected", () => {
    expect(places(layOut(0, "net:message", MESSAGE, all))).toEqual({
      peer_id: [32, 8],
      size: [40, 8],
      address: [48, 4096],
      msg_type: [4144, 4096],
      count: [8240, 2],
      flag: [8242, 1],
    });
    expect(layOut(0, "net:message", MESSAGE, new Set(["size", "payload"])).narrow).toBeNull();
  });

  it("has the payload behind it, and its length before all slots", () => {
    const { payload, size } = layOut(0, "net:message", MESSAGE, all);
    expect(payload).toMatchObject({ argument: 6, lengthArgument: 5, lengthOffset: HEADER.size });
    expect(size).toBe(8248);
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
        const layout = layOut(0, "a:b", fields, wanted);
        for (const form of [layout, layout.narrow ?? layout]) checkForm(form, layout.payload);
        expect(layout.slots.length + (layout.payload ? 1 : 0)).toBe(wanted.size);
        expect(layout.narrow?.slots.length ?? layout.slots.length).toBe(layout.slots.length);
      }),
    );
  });
});

function checkForm({ slots, size }: RecordForm, payload: RecordLayout["payload"]): void {
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
  expect(size).toBeLessThan(2 ** 15);
}
