import { expect, it } from "vitest";
import { NodeModel } from "../../src/model/node-model.ts";
import { listedPeer } from "../../src/model/peers/listed-peer.ts";
import { MessageHistory, TextNumbers } from "../../src/model/peers/message-history.ts";
import { Peer } from "../../src/model/peers/peer.ts";
import { joinPeers, networkShares } from "../../src/model/peers/peer-row.ts";
import { BEGIN, event, message } from "./events.ts";
import { peerSays } from "./peers-said.ts";

function heard() {
  const picture = new NodeModel(BEGIN);
  picture.see(message("inbound", 100, 1, "tx"));
  picture.see(message("outbound", 200, 2, "inv"));
  picture.see(event("net:closed_connection", 300, { peer_id: 2, network: "onion" }));
  return picture.view("peers").peers;
}

it("peer rows join events with RPC values, and include peers that only RPC reports", () => {
  const rows = joinPeers(heard(), [peerSays(1), peerSays(9, { network: "not_publicly_routable" })]);
  expect(rows.map(({ id, isSilent }) => [id, isSilent])).toEqual([
    [1, false],
    [2, false],
    [9, true],
  ]);
  expect(rows[0]).toMatchObject({
    address: "203.0.113.1:8333",
    connectionType: "outbound-full-relay",
    since: 1_767_225_000_000,
    ping: 250,
  });
  expect(rows[1]?.report).toBeNull();
  expect(rows[2]).toMatchObject({ network: "unroutable", in: { messages: 0 }, closed: null });
});

it("peer rows have the values of events only, without RPC", () => {
  const rows = joinPeers(heard(), null);
  expect(rows.map(({ network }) => network)).toEqual(["ipv4", "onion"]);
  expect(rows.every(({ report, isSilent }) => report === null && !isSilent)).toBe(true);
});

it("connected peers are counted by network and direction, with a bounded number of names", () => {
  const rows = joinPeers(heard(), [
    ...[3, 4].map((id) => peerSays(id, { network: "onion" })),
    ...[5, 6, 7].map((id) => peerSays(id, { network: `evil${id}` })),
  ]);
  expect(networkShares(rows)).toEqual([
    { network: "unknown", inbound: 3, outbound: 0 },
    { network: "onion", inbound: 2, outbound: 0 },
    { network: "ipv4", inbound: 0, outbound: 1 },
  ]);
});

it("a peer on the page has times in whole milliseconds, and rates as the page prints them", () => {
  const view = {
    ...new Peer(1, 7, 1000.25, new MessageHistory(1, new TextNumbers())).view(2000.5),
    since: 999.75,
    ping: 12.3456,
    in: { messages: 1, bytes: 10, messageRate: 1.234, byteRate: 10.4 },
    out: { messages: 1, bytes: 10, messageRate: 12.345, byteRate: 10.6 },
  };
  expect(listedPeer(view)).toMatchObject({
    ...{ since: 999, firstSeen: 1000, lastSeen: 1000, closed: null, ping: 12.346 },
    in: { messages: 1, bytes: 10, messageRate: 1.23, byteRate: 10 },
    out: { messageRate: 12.3, byteRate: 11 },
  });
});
