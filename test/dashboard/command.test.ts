import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCommand } from "../../src/dashboard/command.ts";

const COMMANDS = {
  show: { section: "peers", scale: "5m" },
  tail: { tracepoints: ["net:*"], where: null },
  count: {
    ...{ tracepoints: ["net:*"], where: "size > 1", by: ["msg_type"], histogram: "size" },
    ...{ sum: ["size"], min: [], mean: [], max: [] },
  },
  play: { position: 1, speed: 5, is_playing: false },
  switch: { tracepoint: "net:inbound_message", is_on: false },
};
type Name = keyof typeof COMMANDS;

const parse = (commands: object) => parseCommand(JSON.stringify(commands));

describe("a browser's message", () => {
  it("is parsed with the names of TypeScript", () => {
    const { show, tail, count } = COMMANDS;
    expect(parse(COMMANDS)).toEqual({
      ...{ show, tail, count },
      play: { position: 1, speed: 5, isPlaying: false },
      switch: { tracepoint: "net:inbound_message", isOn: false },
    });
    expect(parse({ show: { section: null, scale: "1h" } })).not.toBeNull();
    expect(parse({ show: null, tail: null, count: null })).toEqual({
      ...{ show: null, tail: null, count: null },
    });
  });

  it("is a command or null, for any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const command = parseCommand(text);
        expect(command === null || typeof command === "object").toBe(true);
      }),
    );
  });

  it("is refused when a member has another type", () => {
    const names = fc.constantFrom(...(Object.keys(COMMANDS) as Name[]));
    const values = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.array(fc.anything()));
    fc.assert(
      fc.property(names, values, (name, value) => {
        expect(parse({ ...COMMANDS, [name]: value })).toBeNull();
      }),
    );
  });

  it("is refused when a member of a command is missing or has another type", () => {
    const optional = ["peer", "position", "speed", "is_playing"];
    for (const [name, command] of Object.entries(COMMANDS)) {
      for (const member of Object.keys(command)) {
        const { [member]: _, ...others } = command as Readonly<Record<string, unknown>>;
        expect(parse({ [name]: { ...others, [member]: { a: 1 } } }), member).toBeNull();
        if (!optional.includes(member)) expect(parse({ [name]: others }), member).toBeNull();
      }
    }
  });

  it("has a limit on the number and the length of patterns and terms", () => {
    const tail = (tracepoints: string[]) => parse({ tail: { tracepoints, where: null } });
    expect(tail(new Array(64).fill("net:*"))).not.toBeNull();
    expect(tail(new Array(65).fill("net:*"))).toBeNull();
    expect(tail(["x".repeat(201)])).toBeNull();
    const count = (sum: string[]) => parse({ count: { ...COMMANDS.count, sum } });
    expect(count(new Array(9).fill("size"))).toBeNull();
    expect(count(["x".repeat(301)])).toBeNull();
  });

  it("is refused with a section, a scale or a speed that does not exist", () => {
    expect(parse({ show: { section: "wallets", scale: "5m" } })).toBeNull();
    expect(parse({ show: { section: "wallet", scale: "toString" } })).toBeNull();
    expect(parse({ play: { speed: 3 } })).toBeNull();
  });
});
