import { describe, expect, it } from "vitest";
import {
  eventJson,
  isoTime,
  jsonDocument,
  jsonLine,
  jsonValue,
  rounded,
  secondsOf,
  streamLine,
} from "../../src/event/json.ts";
import { version } from "../../src/version.ts";

describe("JSON of commands", () => {
  it("a stream begins with its schema, corelens' version and the command", () => {
    expect(streamLine("trace")).toBe(
      `{"tracepoint":"corelens:stream","schema":2,"corelens":"${version()}","command":"trace"}\n`,
    );
  });

  it("a line begins with its tracepoint and time", () => {
    expect(jsonLine("corelens:block", { height: 9 }, 1_763_710_388_703.622)).toBe(
      '{"tracepoint":"corelens:block","time":"2025-11-21T07:33:08.703622Z","height":9}\n',
    );
    expect(jsonLine("corelens:coins", { added: 1 })).toBe(
      '{"tracepoint":"corelens:coins","added":1}\n',
    );
  });

  it("a document has the schema", () => {
    expect(JSON.parse(jsonDocument({ files: [] }))).toEqual({ schema: 2, files: [] });
  });

  it("a computed number has no noise of binary arithmetic", () => {
    expect(jsonLine("corelens:x", { a: 0.1 + 0.2, b: 10.039776069000002, c: 1e21, d: 7 })).toBe(
      '{"tracepoint":"corelens:x","a":0.3,"b":10.039776069,"c":1e+21,"d":7}\n',
    );
    expect(rounded(2 / 3, 3)).toBe(0.667);
    expect(secondsOf(10_039.77606954)).toBe(10.039776);
  });

  it("an event keeps every digit of its fields", () => {
    const event = { tracepoint: "a:b", time: 0.25, arg0: 10.039776069000002 };
    expect(eventJson(event as never)).toBe(
      '{"tracepoint":"a:b","time":"1970-01-01T00:00:00.000250Z","arg0":10.039776069000002}',
    );
  });

  it.each([
    [2n ** 53n, '"9007199254740992"'],
    [-(2n ** 63n), '"-9223372036854775808"'],
    [12n, "12"],
    [Number.NaN, '"NaN"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    [Uint8Array.of(0xab, 1), '"ab01"'],
  ])("the value %s is %s", (value, text) => {
    expect(JSON.stringify(value, jsonValue)).toBe(text);
  });

  it("a time has microseconds and is UTC", () => {
    expect(isoTime(0)).toBe("1970-01-01T00:00:00.000000Z");
  });
});
