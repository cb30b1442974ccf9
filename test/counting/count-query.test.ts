import { describe, expect, it } from "vitest";
import type { Field } from "../../src/contract/types.ts";
import { CountQuery, checkUnits } from "../../src/counting/count-query.ts";
import type { CountRequest } from "../../src/counting/count-request.ts";

const REQUEST: CountRequest = {
  patterns: [],
  where: null,
  by: [],
  types: [],
  measures: [],
  histogram: null,
  room: 1,
};

const field = (name: string, type: Field["type"], more: Partial<Field> = {}) => ({
  field: { name, type, meaning: "", ...more },
  argument: 0,
});

const layoutOf = (request: Partial<CountRequest>, fields: readonly ReturnType<typeof field>[]) =>
  new CountQuery({ ...REQUEST, ...request }).plan("a:b", fields).layout;

describe("what is counted", () => {
  it("lies in words, each measure's where it is asked for", () => {
    const layout = layoutOf(
      {
        measures: [
          { text: "size", sum: true, extremes: true },
          { text: "size / 2", sum: false, extremes: true },
        ],
        histogram: { text: "size", linear: { low: "0", high: "1kB", step: "500" } },
      },
      [field("size", "uint32", { unit: "B" })],
    );
    expect(layout).toMatchObject({
      keySize: 0,
      measures: [
        { unit: "B", signed: false, unknown: 1, sum: 2, extremes: 4 },
        { unit: "B", signed: false, unknown: 6, sum: null, extremes: 7 },
      ],
      histogram: { at: 9, scale: { low: 0, high: 1000, step: 500 } },
      words: 9 + 4,
    });
  });

  it("has keys with room for what texts can be", () => {
    const fields = [
      field("type", "string", { maxLength: 12 }),
      field("reason", "string"),
      field("hash", "hash"),
      field("peer", "int64"),
    ];
    const { parts, keySize } = layoutOf({ by: fields.map(({ field }) => field.name) }, fields);
    expect(parts.map(({ offset, size }) => [offset, size])).toEqual([
      [8, 16],
      [24, 136],
      [160, 32],
      [192, 8],
    ]);
    expect(keySize).toBe(200);
  });

  it("is in one unit", () => {
    const measures = [{ text: "duration", sum: true, extremes: false }];
    const layouts = (["us", "ns"] as const).map((unit) =>
      layoutOf({ measures }, [field("duration", "int64", { unit })]),
    );
    expect(() => checkUnits(layouts)).toThrow("different units: us; ns");
    expect(() => checkUnits([layouts[0]!, layouts[0]!])).not.toThrow();
  });

  it("has a histogram whose bounds are in the value's unit", () => {
    const fields = [field("duration", "int64", { unit: "us" })];
    const bounds = (low: string, high: string, step: string) =>
      layoutOf({ histogram: { text: "duration", linear: { low, high, step } } }, fields).histogram;
    expect(bounds("0", "1s", "25ms")).toMatchObject({
      unit: "us",
      scale: { low: 0, high: 1e6, step: 25_000 },
    });
    expect(() => bounds("0", "10B", "1")).toThrow();
    expect(() => bounds("0", "1s", "0")).toThrow("no buckets");
  });
});
