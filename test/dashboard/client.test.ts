import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/dashboard/client.ts";

describe("a browser's message", () => {
  it("is a wish or none, whatever it is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const wish = parseCommand(text);
        for (const name of Object.keys(wish ?? {}))
          expect(["show", "tail", "play"]).toContain(name);
      }),
    );
  });

  it("is none when a part of it is not of the form", () => {
    const show = { section: "peers", scale: "5m" };
    const tail = { tracepoints: ["net:*"], where: null };
    const play = { position: 1, speed: 5, isPlaying: false };
    expect(parseCommand(JSON.stringify({ show, tail, play }))).toEqual({ show, tail, play });
    const names = fc.constantFrom("show", "tail", "play");
    const values = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.array(fc.anything()));
    fc.assert(
      fc.property(names, values, (name, value) => {
        expect(parseCommand(JSON.stringify({ show, tail, play, [name]: value }))).toSatisfy(
          (wish: unknown) => wish === null || (name === "play" && Array.isArray(value)),
        );
      }),
    );
  });

  it("names no more patterns than anybody would, and none that is long", () => {
    const tail = (tracepoints: string[]) =>
      parseCommand(JSON.stringify({ tail: { tracepoints, where: null } }));
    expect(tail(new Array(64).fill("net:*"))).not.toBeNull();
    expect(tail(new Array(65).fill("net:*"))).toBeNull();
    expect(tail(["x".repeat(201)])).toBeNull();
  });
});
