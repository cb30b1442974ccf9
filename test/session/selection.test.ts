import { describe, expect, it } from "vitest";
import { recognise } from "../../src/contract/recognise.ts";
import { CorelensError } from "../../src/errors.ts";
import {
  checkSelection,
  matches,
  type Selection,
  select,
} from "../../src/session/attach/selection.ts";
import { node, V31 } from "../contract/nodes.ts";

const NODE = recognise(node(V31, { semaphores: true }), 31).tracepoints;
const OTHER = recognise(node("app:step 8@%rax -4@%ebx 1@%cl", { semaphores: true })).tracepoints;

const all = { patterns: [], fields: null };
const chosen = (available: typeof NODE, selection: Selection) =>
  select(available, selection).map(({ tracepoint }) => tracepoint.name);
const wanted = (available: typeof NODE, selection: Selection) =>
  select(available, selection).map(({ wanted }) => [...wanted]);

function refusal(action: () => void): CorelensError {
  try {
    action();
  } catch (error) {
    if (error instanceof CorelensError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a pattern", () => {
  it.each([
    ["net:inbound_message", "net:inbound_message", true],
    ["net:*", "net:inbound_message", true],
    ["*", "net:inbound_message", true],
    ["*:*_message", "net:inbound_message", true],
    ["net:*bound*", "net:outbound_connection", true],
    ["net", "net:inbound_message", false],
    ["net:inbound", "net:inbound_message", false],
    ["bound_message", "net:inbound_message", false],
    ["", "net:inbound_message", false],
    ["net.*", "net:inbound_message", false],
    ["net:[a-z_]+", "net:inbound_message", false],
    ["a.b:c+d(e)", "a.b:c+d(e)", true],
    ["a.b:*)", "a.b:c+d(e)", true],
  ])("%s matches the name %s: %s", (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });
});

describe("a selection", () => {
  it("without patterns contains all tracepoints, in the order of the binary", () => {
    expect(chosen(NODE, all)).toEqual(NODE.map(({ name }) => name));
  });

  it("contains each tracepoint once, even if several patterns match it", () => {
    const patterns = ["mempool:*", "mempool:added", "*:added"];
    expect(chosen(NODE, { ...all, patterns })).toEqual([
      ...["mempool:added", "mempool:removed", "mempool:replaced", "mempool:rejected"],
    ]);
  });

  it("reads all fields except payloads by default, and also payloads for *", () => {
    const patterns = ["net:inbound_message"];
    const without = ["peer_id", "address", "connection_type", "msg_type", "size"];
    expect(wanted(NODE, { patterns, fields: null })).toEqual([without]);
    expect(wanted(NODE, { patterns, fields: ["*"] })).toEqual([[...without, "payload"]]);
  });

  it("reads the named fields that each tracepoint has", () => {
    const patterns = ["mempool:added", "mempool:removed", "utxocache:flush"];
    expect(wanted(NODE, { patterns, fields: ["txid", "reason"] })).toEqual([
      ["txid"],
      ["txid", "reason"],
      [],
    ]);
  });

  it("reads arguments that are not in the contract with the requested type", () => {
    const fields = ["arg0:string", "arg2:bool", "arg1"];
    checkSelection(OTHER, { patterns: ["app:step"], fields });
    const [step] = select(OTHER, { patterns: ["app:step"], fields });
    expect(step!.fields.map(({ name, type }) => [name, type])).toEqual([
      ["arg0", "string"],
      ["arg1", "int32"],
      ["arg2", "bool"],
    ]);
    expect([...step!.wanted]).toEqual(["arg0", "arg1", "arg2"]);
  });

  it("refuses another type for a field of the contract", () => {
    const selection = { patterns: ["mempool:added"], fields: ["fee:string"] };
    const error = refusal(() => select(NODE, selection));
    expect(error).toMatchObject({
      code: "FIELD_UNKNOWN",
      message: "fee has type int64 and cannot be read as string",
    });
  });

  it.each([
    ["arg0:strng", "did you mean string?"],
    ["arg0:float", /^did you mean float64 or float32/],
    ["arg0:bytes", /int8|types/],
    ["arg0:", /int8|types/],
  ])("refuses an unknown type: %s", (field, cure) => {
    const selection = { patterns: ["app:step"], fields: [field] };
    const error = refusal(() => checkSelection(OTHER, selection));
    expect(error.code).toBe("FIELD_UNKNOWN");
    expect(error.cure).toMatch(cure);
  });

  it.each([
    ["net:inbound_mesage", "did you mean net:inbound_message or net:outbound_message?"],
    ["mempool:remove", "did you mean mempool:removed?"],
    ["inbound_connection", /net:inbound_connection/],
    ["wallet:*", "`corelens list` shows its tracepoints"],
  ])("refuses an unknown tracepoint and suggests similar names: %s", (pattern, cure) => {
    const selection = { patterns: ["net:*", pattern], fields: null };
    const error = refusal(() => checkSelection(NODE, selection));
    expect(error).toMatchObject({
      code: "TRACEPOINT_UNKNOWN",
      message: `the target has no tracepoint ${pattern}`,
    });
    expect(error.cure).toMatch(cure);
  });

  it("refuses a field that no selected tracepoint has, and suggests a similar one", () => {
    const selection = { patterns: ["mempool:added"], fields: ["txid", "vsiz"] };
    expect(refusal(() => checkSelection(NODE, selection))).toMatchObject({
      code: "FIELD_UNKNOWN",
      message: "no chosen tracepoint has a field vsiz",
      cure: "did you mean vsize?",
    });
    const elsewhere = { patterns: ["mempool:added"], fields: ["sigops_cost"] };
    expect(refusal(() => checkSelection(NODE, elsewhere)).cure).toBe("fields: txid, vsize, fee");
  });

  it("accepts a tool's tracepoints if one exists, and else names the releases that have them", () => {
    const names = ["net:closed_connection", "coin_selection:selected_coins"];
    checkSelection(NODE, { patterns: [...names, "mempool:added"], fields: ["vsiz"], anyOf: true });
    expect(
      refusal(() => checkSelection(OTHER, { patterns: names, fields: null, anyOf: true })),
    ).toMatchObject({
      code: "TRACEPOINT_UNKNOWN",
      cure: "nodes of v24 or later have them; `corelens list` shows its tracepoints",
    });
  });

  it("accepts fields with surrounding blanks", () => {
    const selection = { patterns: ["mempool:added"], fields: [" txid", "fee "] };
    checkSelection(NODE, selection);
    expect(wanted(NODE, selection)).toEqual([["txid", "fee"]]);
  });
});
