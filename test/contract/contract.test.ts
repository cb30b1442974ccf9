import { describe, expect, it } from "vitest";
import { isLayoutOf, RELEASES, TRACEPOINTS } from "../../src/contract/contract.ts";
import { shapeOf, shapeText } from "../../src/contract/shape.ts";
import type { Layout } from "../../src/contract/types.ts";

const entries = [...TRACEPOINTS].flatMap(([name, { layouts }]) =>
  layouts.map((layout) => ({ name, layout })),
);
const RESERVED = /^(tracepoint|time|ktime|tid|thread|cpu|node|kind|source|count|arg\d+)$/;
const shapes = ({ fields }: Layout) => fields.map(({ type }) => shapeText(shapeOf(type))).join(" ");

describe("the contract", () => {
  it.each([
    [23, 7],
    [24, 11],
    [25, 15],
    [26, 15],
    [27, 15],
    [28, 15],
    [29, 20],
    [30, 20],
    [31, 20],
  ])("has v%i with %i tracepoints", (release, tracepoints) => {
    const present = entries.filter(({ layout }) => isLayoutOf(layout, release));
    expect(present).toHaveLength(tracepoints);
    expect(new Set(present.map(({ name }) => name)).size, "one layout each").toBe(tracepoints);
  });

  it("tells apart the releases from v23 to v31", () => {
    expect(RELEASES).toEqual([23, 24, 25, 26, 27, 28, 29, 30, 31]);
  });

  it.each(entries)("gives $name field names that are unique, snake_case and free", ({ layout }) => {
    const names = layout.fields.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(name).not.toMatch(RESERVED);
    }
  });

  it.each(entries)("says where the length of each bytes field of $name is", ({ layout }) => {
    for (const { type, length } of layout.fields) {
      const names = layout.fields.map(({ name }) => name);
      if (type === "bytes") expect(names).toContain(length);
      else expect(length).toBeUndefined();
    }
  });

  it.each(entries)("names the unit of every duration of $name", ({ layout }) => {
    for (const { name, unit } of layout.fields.filter(({ name }) => name.startsWith("duration"))) {
      expect(name).toBe(`duration_${unit}`);
    }
  });

  it("keeps layouts of one shape alike but for units and values", () => {
    for (const [name, { layouts }] of TRACEPOINTS) {
      for (const other of layouts.slice(1)) {
        for (const layout of layouts.slice(0, layouts.indexOf(other))) {
          if (shapes(layout) !== shapes(other)) continue;
          const described = ({ fields }: Layout) =>
            fields.map(({ name, type, unit, meaning }) => [
              type,
              name.replace(`_${unit}`, ""),
              meaning,
            ]);
          expect(described(layout), name).toEqual(described(other));
        }
      }
    }
  });
});
