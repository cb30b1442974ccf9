import fc from "fast-check";
import { expect, it } from "vitest";
import { nearest, suggestion } from "../../src/util/nearest.ts";

const NAMES = ["mempool:added", "mempool:removed", "utxocache:add", "utxocache:uncache"];

it.each([
  ["mempool:add", ["mempool:added"]],
  ["mempol:added", ["mempool:added"]],
  ["utxocache:ad", ["utxocache:add"]],
  ["cache", ["utxocache:add", "utxocache:uncache"]],
  ["uncache", ["utxocache:uncache"]],
  ["block", []],
])("a mistyped name is near those with few letters changed, or that hold it: %s", (name, near) => {
  expect(nearest(name, NAMES)).toEqual(near);
});

it("has the nearest first and at most as many as asked for", () => {
  expect(nearest("abcd", ["abzz", "abcz", "abcd"], 2)).toEqual(["abcd", "abcz"]);
});

it("finds any name with one letter changed", () => {
  const name = fc.stringMatching(/^[a-z]{3,12}$/);
  fc.assert(
    fc.property(name, fc.nat(), fc.constantFrom("", "_", "__"), (name, position, instead) => {
      const at = position % name.length;
      expect(nearest(name.slice(0, at) + instead + name.slice(at + 1), [name])).toEqual([name]);
    }),
  );
});

it("says what was meant, or what to do when nothing is like it", () => {
  expect(suggestion(["a", "b"], "look")).toBe("did you mean a or b?");
  expect(suggestion([], "look")).toBe("look");
});
