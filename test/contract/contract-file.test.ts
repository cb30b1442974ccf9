import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseContractFile } from "../../src/contract/contract-file.ts";
import { RESERVED_NAMES } from "../../src/contract/reserved-names.ts";
import { CorelensError } from "../../src/errors.ts";
import { parseKind } from "../../src/recording/kind.ts";
import { SIMULATED_KINDS, simulatedEvents } from "../recording/recordings.ts";

const entry = (...lines: string[]) =>
  ["[[tracepoint]]", 'name = "shop:order"', ...lines].join("\n");
const parse = (text: string) => parseContractFile(text, "fork.toml");

describe("a contract file", () => {
  it("gives tracepoints their fields in the order of the arguments", () => {
    const text = entry(
      'summary = "An order was taken."',
      "fields = [",
      '  { name = "id", type = "int64", meaning = "Its number." },',
      '  { name = "size", type = "uint64", unit = "B" },',
      '  { name = "body", type = "bytes", length = "size" },',
      "]",
    );
    expect(parse(text)).toEqual([
      {
        name: "shop:order",
        summary: "An order was taken.",
        fields: [
          { name: "id", type: "int64", meaning: "Its number." },
          { name: "size", type: "uint64", unit: "B", meaning: "" },
          { name: "body", type: "bytes", length: "size", meaning: "" },
        ],
      },
    ]);
  });

  it.each([
    ["", "the file: it describes no [[tracepoint]]"],
    ["tracepoint = 3", "the file: it describes no [[tracepoint]]"],
    ["[[tracepoint]]\nname = 'a:b'\nname = 'a:b'", "line 3, column"],
    ["[[tracepoints]]", "there is no key tracepoints; did you mean tracepoint?"],
    ["[[tracepoint]]\nfields = []", "tracepoint 1: it has no name"],
    ["[[tracepoint]]\nname = 'order'\nfields = []", "a name is context:event, not order"],
    [entry(), "shop:order: it has no list of fields"],
    [entry("fields = [3]"), "shop:order, field 1: it is not a table"],
    [entry("fields = [{ name = 'a', typ = 'int64' }]"), "no key typ; did you mean type?"],
    [
      entry("fields = [{ name = 'a', type = 'int46' }]"),
      "no type int46; did you mean int16 or int64 or int32?",
    ],
    [entry("fields = [{ name = 'a', type = 7 }]"), "shop:order, field 1: its type is not text"],
    [entry("fields = [{ name = 'a b', type = 'int8' }]"), "a b is not a name"],
    [entry("fields = [{ name = 'a', type = 'int8', unit = 'kB' }]"), "there is no unit kB"],
    [entry("fields = [{ name = 'a', type = 'bytes' }]"), "need the name of the field with their"],
    [
      entry("fields = [{ name = 'a', type = 'bytes', length = 'b' }]"),
      "its length b is not an integer field",
    ],
    [
      entry("fields = [{ name = 'a', type = 'int8' }, { name = 'a', type = 'int8' }]"),
      "shop:order: it has two fields a",
    ],
    [`${entry("fields = []")}\n${entry("fields = []")}`, "shop:order: it is described twice"],
    [
      entry(`fields = [${"{ name = 'a', type = 'int8' }, ".repeat(13)}]`),
      "a tracepoint passes 12 values at most",
    ],
  ])("that is wrong is told with its place: %j", (text, message) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: "CONTRACT_INVALID",
        message: expect.stringMatching(/^fork\.toml: /),
      }),
    );
    expect(() => parse(text)).toThrow(message);
  });

  it.each([...RESERVED_NAMES])("cannot name a field %s", (name) => {
    const isName = /^[a-z]/.test(name);
    expect(() => parse(entry(`fields = [{ name = '${name}', type = 'int32' }]`))).toThrow(
      isName ? `${name} is reserved` : `${name} is not a name`,
    );
    const field = { name, type: "int32", meaning: "" };
    expect(parseKind({ id: 1, name: "shop:order", fields: [field] })).toBeNull();
    expect(
      parseKind({ id: 1, name: "shop:order", fields: [{ ...field, name: "a" }] }),
    ).not.toBeNull();
  });

  it("cannot name a field as any member that all events have", () => {
    const kinds = new Map(SIMULATED_KINDS.map((kind) => [kind.name, kind.fields]));
    for (const event of simulatedEvents(100)) {
      const fields = kinds.get(event.tracepoint)!.map(({ name }) => name);
      const others = Object.keys(event).filter((name) => !fields.includes(name));
      expect(others.filter((name) => !RESERVED_NAMES.has(name))).toEqual([]);
    }
  });

  it("of any text is described or refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        try {
          parse(entry(text));
        } catch (error) {
          expect(error).toBeInstanceOf(CorelensError);
        }
      }),
    );
  });
});
