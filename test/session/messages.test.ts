import fc from "fast-check";
import { expect, it } from "vitest";
import { fromWorker } from "../../src/session/privilege/messages.ts";

it("takes the worker's words, and nothing with them", () => {
  expect(fromWorker({ type: "detach", path: "/etc/shadow" })).toEqual({ type: "detach" });
  expect(fromWorker({ type: "cost?" })).toEqual({ type: "cost?" });
  expect(fromWorker({ type: "suspend" })).toEqual({ type: "suspend" });
  expect(fromWorker({ type: "file?", name: "a", path: "/etc/shadow" })).toEqual({
    type: "file?",
    name: "a",
  });
  expect(fromWorker({ type: "file?", name: "a".repeat(1000) })).toBeNull();
  expect(fromWorker({ type: "file?", name: ["/etc/shadow"] })).toBeNull();
  expect(fromWorker({ type: "rpc?", path: "/etc/shadow" })).toEqual({ type: "rpc?" });
});

it("takes nothing else", () => {
  expect(fromWorker({ type: "begin" })).toBeNull();
  expect(fromWorker({ type: ["detach"] })).toBeNull();
  fc.assert(
    fc.property(fc.anything(), (message) => {
      expect(fromWorker(message)).toBeNull();
    }),
  );
});
