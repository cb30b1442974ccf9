import { describe, expect, it } from "vitest";
import type { Field } from "../../src/contract/types.ts";
import { asksFor, parseFieldRequest, retyped } from "../../src/session/attach/field-request.ts";

const field = (name: string, type: Field["type"] = "uint64"): Field => ({
  name,
  type,
  meaning: "",
});
const FIELDS = [field("arg0"), field("arg1"), field("arg2", "string"), field("size")];
const read = (text: string) =>
  retyped("net:message", FIELDS, [parseFieldRequest(text)]).map(({ type, length }) =>
    length === undefined ? type : `${type}(${length})`,
  );

describe("a requested field", () => {
  it.each([
    ["size", { tracepoint: null, name: "size", form: null }],
    [" * ", { tracepoint: null, name: "*", form: null }],
    ["arg0:string", { tracepoint: null, name: "arg0", form: { type: "string" } }],
    [
      "arg1:bytes(arg2)",
      { tracepoint: null, name: "arg1", form: { type: "bytes", length: "arg2" } },
    ],
    ["net:message.arg1:hash", { tracepoint: "net:message", name: "arg1", form: { type: "hash" } }],
    ["net:message.size", { tracepoint: "net:message", name: "size", form: null }],
  ])("%s is parsed", (text, request) => {
    expect(parseFieldRequest(text)).toEqual(request);
  });

  it("belongs to every tracepoint, or to the named one", () => {
    expect(asksFor(parseFieldRequest("arg0"), "net:message", "arg0")).toBe(true);
    expect(asksFor(parseFieldRequest("net:message.*"), "net:message", "arg0")).toBe(true);
    expect(asksFor(parseFieldRequest("net:other.arg0"), "net:message", "arg0")).toBe(false);
  });

  it("sets the type of an unknown argument, for that tracepoint only", () => {
    expect(read("arg0:string")).toEqual(["string", "uint64", "string", "uint64"]);
    expect(read("arg0:bytes(arg1)")[0]).toBe("bytes(arg1)");
    expect(read("net:other.arg0:string")[0]).toBe("uint64");
  });

  it.each([
    ["arg0:strnig", "unknown type strnig"],
    ["arg0:bytes", "unknown type bytes"],
    ["size:string", "size has type uint64"],
    ["arg0:bytes(arg9)", "unknown argument arg9"],
    ["arg0:bytes(arg2)", "arg2 is not an integer"],
  ])("%s is refused", (text, why) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "FIELD_UNKNOWN", message: expect.stringContaining(why) }),
    );
  });
});
