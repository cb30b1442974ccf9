import { describe, expect, it } from "vitest";
import { recognise } from "../../src/contract/recognise.ts";
import { Filter } from "../../src/session/attach/filter.ts";
import { select } from "../../src/session/attach/selection.ts";
import { node, V31 } from "../contract/nodes.ts";

const NODE = recognise(node(V31, { semaphores: true }), 31).tracepoints;

function filtering(where: string | null, ...patterns: string[]) {
  const filter = new Filter(where, { patterns, fields: null });
  const chosen = select(NODE, { patterns, fields: null });
  filter.check(chosen);
  return filter.apply(chosen).map((each) => {
    const what =
      "missing" in each ? `lacks ${each.missing}` : (each.plan?.inKernel.join() ?? "all");
    return `${each.chosen.tracepoint.name} ${what}`;
  });
}

describe("a query of several tracepoints", () => {
  it("applies to each of them", () => {
    expect(filtering("size > 1", "net:inbound_message", "net:outbound_message")).toEqual([
      "net:outbound_message size > 1",
      "net:inbound_message size > 1",
    ]);
  });

  it("omits tracepoints that match a pattern and lack a field", () => {
    expect(filtering("vsize > 1 && reason == 'block'", "mempool:*")).toEqual([
      "mempool:added lacks reason",
      "mempool:removed vsize > 1,reason == 'block'",
      "mempool:replaced lacks vsize",
      "mempool:rejected lacks vsize",
    ]);
  });

  it("is refused if a named tracepoint lacks a field", () => {
    expect(() => filtering("vsize > 1", "mempool:*", "mempool:rejected")).toThrow(
      "no field vsize in mempool:rejected",
    );
  });

  it("is refused if all of them lack a field", () => {
    expect(() => filtering("vsice > 1", "mempool:*")).toThrow(
      "no field vsice in any of the chosen",
    );
    expect(() => filtering("msg_type == 'x' && vsize > 1", "*")).toThrow("no field");
  });

  it("is refused if it is invalid for a tracepoint that has the fields", () => {
    expect(() => filtering("reason > 3", "*")).toThrow("reason is a string");
  });

  it("is refused before the selection if its syntax is invalid", () => {
    expect(() => new Filter("size >", { patterns: [], fields: null })).toThrow("the query ends");
  });

  it("matches all events if it is missing", () => {
    expect(filtering(null, "mempool:added")).toEqual(["mempool:added all"]);
  });
});
