import fc from "fast-check";
import { expect, it } from "vitest";
import { fromWorker } from "../../src/session/privilege/messages.ts";

it("the valid messages of a worker are accepted without unknown members", () => {
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

it("other messages of a worker are ignored", () => {
  expect(fromWorker({ type: "begin" })).toBeNull();
  expect(fromWorker({ type: ["detach"] })).toBeNull();
  fc.assert(
    fc.property(fc.anything(), (message) => {
      expect(fromWorker(message)).toBeNull();
    }),
  );
});
