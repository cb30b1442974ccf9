import { expect, it } from "vitest";
import { BoundedMap, OTHER } from "../../src/util/bounded-map.ts";

it("a bounded map keeps known names and a few others apart", () => {
  const counts = new BoundedMap(2, () => ({ count: 0 }), ["block"]);
  for (const name of ["a", "b", "c", "d", "block", "a", OTHER]) counts.get(name).count++;
  expect(Object.fromEntries(counts.map((name, { count }) => [name, count]))).toEqual({
    a: 2,
    b: 1,
    [OTHER]: 3,
    block: 1,
  });
});
