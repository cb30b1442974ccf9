import { expect, it } from "vitest";
import { BoundedMap, OTHERS } from "../../src/util/bounded-map.ts";

it("keeps names that are known, and a few others, apart", () => {
  const counts = new BoundedMap(2, () => ({ count: 0 }), ["block"]);
  for (const name of ["a", "b", "c", "d", "block", "a", OTHERS]) counts.get(name).count++;
  expect(Object.fromEntries(counts.map((name, { count }) => [name, count]))).toEqual({
    a: 2,
    b: 1,
    [OTHERS]: 3,
    block: 1,
  });
});
