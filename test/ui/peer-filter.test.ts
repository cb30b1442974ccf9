import { describe, expect, it } from "vitest";
import { NodeModel } from "../../src/model/node-model.ts";
import { joinPeers } from "../../src/model/peers/peer-row.ts";
import { readFilter } from "../../ui/src/peer-filter.ts";
import { BEGIN, event } from "../model/events.ts";

const model = new NodeModel(BEGIN);
model.see(
  event("net:inbound_connection", 100, {
    peer_id: 1,
    network: "unroutable",
    address: "10.0.0.1:1",
  }),
);
model.see(
  event("net:inbound_connection", 200, { peer_id: 2, network: "onion", address: "a.onion:1" }),
);
const ROWS = joinPeers(model.view("peers").peers, null);

function passing(filter: string): number[] {
  const { test } = readFilter(filter);
  return ROWS.filter((row) => test === null || test(row, BEGIN + 1000)).map(({ id }) => id);
}

describe("the peer filter of an address", () => {
  it.each(["", "  "])("'%s' passes all peers without a test", (filter) => {
    expect(readFilter(filter)).toEqual({ test: null, refusal: null });
  });

  it.each(['network == "local"', "network=='local'", 'network == "unroutable"'])(
    "%s of an old or new link finds peers with private addresses",
    (filter) => {
      expect(passing(filter)).toEqual(passing('network == "unroutable"'));
      expect(readFilter(filter).refusal).toBeNull();
      expect(passing(filter)).toEqual([1]);
    },
  );

  it("keeps 'local' in a text and in other comparisons", () => {
    expect(passing("local")).toEqual([]);
    expect(passing('contains(address, "onion")')).toEqual([2]);
    expect(passing('network != "local"')).toEqual([2]);
  });

  it("with an error has the error and no test", () => {
    const { test, refusal } = readFilter("in_bytes > ");
    expect(test).toBeNull();
    expect(refusal?.message).toMatch(/\w/);
  });
});
