import { describe, expect, it } from "vitest";
import {
  CONNECTION_TRACEPOINTS,
  P2pConnections,
} from "../../src/commands/p2p-connections/p2p-connections.ts";
import { event, JSON_LINES, objects, printed, simulated, TEXT } from "./lines.ts";

const connections = (count: number) => simulated({ tracepoints: CONNECTION_TRACEPOINTS, count });

/** 2026-01-01T00:00:00Z, the second of all traced events. */
const NOW = 1_767_225_600;

function connection(what: string, fields: Readonly<Record<string, unknown>> = {}) {
  return event(`net:${what}`, {
    ...{ peer_id: 7, address: "203.0.113.9:8333", connection_type: "inbound", network: "ipv4" },
    ...fields,
  });
}

describe("connections as lines", () => {
  it("show openings, evictions, closings and misbehaviour, with totals at the end", () => {
    expect(printed(new P2pConnections(TEXT), connections(60))).toMatchInlineSnapshot(`
      "00:00:00.679322  opened       peer 0       outbound-full-relay  ipv4        198.51.100.170:8333  now 1 outbound
      00:00:01.100761  opened       peer 1       block-relay-only     ipv6        [2001:db8:ecff:c91c:bafe:f2b1:fc20:4b43]:8333  now 2 outbound
      00:00:01.140614  opened       peer 2       outbound-full-relay  ipv4        203.0.113.76:8333  now 3 outbound
      00:00:01.434051  opened       peer 3       outbound-full-relay  ipv4        203.0.113.210:8333  now 4 outbound
      00:00:01.534270  opened       peer 4       outbound-full-relay  ipv4        203.0.113.84:8333  now 5 outbound
      00:00:01.627499  opened       peer 5       block-relay-only     ipv4        203.0.113.115:8333  now 6 outbound
      00:00:02.621086  opened       peer 6       outbound-full-relay  onion       4xvnl3dvtrwywtmiepdmiewqmrtbix4l6ptukp44tvpaa3dvoo3olaad.onion:8333  now 7 outbound
      00:00:02.917192  opened       peer 7       outbound-full-relay  ipv4        198.51.100.82:8333  now 8 outbound
      00:00:03.097210  opened       peer 8       outbound-full-relay  ipv4        198.51.100.217:8333  now 9 outbound
      00:00:03.804229  opened       peer 9       manual               ipv4        bitcoin-1.rack-07.frankfurt.infrastructure.operations.example.org:8333  now 10 outbound
      00:00:03.958126  opened       peer 10      outbound-full-relay  ipv4        192.0.2.244:8333  now 11 outbound
      00:00:04.636759  opened       peer 11      inbound              ipv6        [2001:db8:60fc:4ab4:c406:1094:5ec2:e9f3]:52767  now 1 inbound
      00:00:05.366730  opened       peer 12      feeler               ipv4        192.0.2.150:8333  now 12 outbound
      00:00:05.459894  closed       peer 12      feeler               ipv4        192.0.2.150:8333  after 93.2 ms
      00:00:06.430437  closed       peer 11      inbound              ipv6        [2001:db8:60fc:4ab4:c406:1094:5ec2:e9f3]:52767  after 1.79 s
      00:00:10.876151  opened       peer 13      inbound              onion       127.0.0.1:46375  now 1 inbound
      00:00:14.044082  opened       peer 14      inbound              ipv4        198.51.100.146:44625  now 2 inbound
      00:00:18.219532  opened       peer 15      inbound              i2p         itm3jca6ayfg6e6ssmbbuiccpmkfzfv7gbjfp67dikqphu6dj25q.b32.i2p:0  now 3 inbound
      00:00:20.806346  opened       peer 16      private-broadcast    onion       fao6ewczbmwrzbyuwymhgsdlbrkvhqgsimpj4wdr6g3grhtdnzrbvcid.onion:8333  now 12 outbound
      00:00:24.147829  closed       peer 16      private-broadcast    onion       fao6ewczbmwrzbyuwymhgsdlbrkvhqgsimpj4wdr6g3grhtdnzrbvcid.onion:8333  after 3.34 s
      00:00:27.623439  opened       peer 17      private-broadcast    onion       jmzvfxtm3n6hsn7oq62tjddeaup2yuhz64t6iyysqsq5z5g7a7rb45ad.onion:8333  now 12 outbound
      00:00:28.955272  opened       peer 18      inbound              ipv4        198.51.100.140:35108  now 4 inbound
      00:00:30.317489  closed       peer 17      private-broadcast    onion       jmzvfxtm3n6hsn7oq62tjddeaup2yuhz64t6iyysqsq5z5g7a7rb45ad.onion:8333  after 2.69 s
      00:00:31.683106  opened       peer 19      inbound              onion       127.0.0.1:56082  now 5 inbound
      00:00:37.592027  opened       peer 20      addr-fetch           ipv4        198.51.100.80:8333  now 12 outbound
      00:00:37.663580  closed       peer 20      addr-fetch           ipv4        198.51.100.80:8333  after 71.6 ms
      00:00:40.222758  opened       peer 21      feeler               ipv4        198.51.100.70:8333  now 12 outbound
      00:00:40.273752  closed       peer 21      feeler               ipv4        198.51.100.70:8333  after 51.0 ms
      00:00:41.957897  closed       peer 10      outbound-full-relay  ipv4        192.0.2.244:8333  after 38.0 s
      00:00:43.957899  opened       peer 22      outbound-full-relay  i2p         dnnjtupjkmoy4bjoojrhmkzo4rgylhjahorbocn5jt6hlv5gdbxa.b32.i2p:0  now 11 outbound
      00:00:44.309138  opened       peer 23      private-broadcast    onion       dpm4t7ijxu5g7hs3k7kz5skp742b37svbkyu3r4en5k663gd6rpkwwqd.onion:8333  now 12 outbound
      00:00:47.572259  closed       peer 9       manual               ipv4        bitcoin-1.rack-07.frankfurt.infrastructure.operations.example.org:8333  after 43.8 s
      00:00:48.925416  closed       peer 23      private-broadcast    onion       dpm4t7ijxu5g7hs3k7kz5skp742b37svbkyu3r4en5k663gd6rpkwwqd.onion:8333  after 4.62 s
      00:00:49.572260  opened       peer 24      manual               ipv4        bitcoin-1.rack-07.frankfurt.infrastructure.operations.example.org:8333  now 11 outbound
      00:00:51.639614  opened       peer 25      inbound              i2p         zyfqlh3o365ajbr67s6buafiaxvhpjah32oftzkb6gxk4sxxdn2q.b32.i2p:0  now 6 inbound
      00:00:53.463358  opened       peer 26      inbound              ipv4        192.0.2.125:45557  now 7 inbound
      00:00:55.095510  closed       peer 26      inbound              ipv4        192.0.2.125:45557  after 1.63 s
      00:00:56.704176  opened       peer 27      feeler               ipv6        [2001:db8:a607:75f:1170:e72e:db49:c816]:8333  now 12 outbound
      00:00:56.764349  closed       peer 27      feeler               ipv6        [2001:db8:a607:75f:1170:e72e:db49:c816]:8333  after 60.2 ms
      00:00:58.504524  opened       peer 28      inbound              onion       127.0.0.1:33600  now 7 inbound
      00:01:01.521404  closed       peer 15      inbound              i2p         itm3jca6ayfg6e6ssmbbuiccpmkfzfv7gbjfp67dikqphu6dj25q.b32.i2p:0  after 43.3 s
      00:01:02.639567  closed       peer 28      inbound              onion       127.0.0.1:33600  after 4.14 s
      00:01:07.540671  opened       peer 29      inbound              ipv4        203.0.113.248:57848  now 6 inbound
      00:01:08.998495  opened       peer 30      inbound              onion       127.0.0.1:43255  now 7 inbound
      00:01:14.046807  opened       peer 31      inbound              onion       127.0.0.1:60866  now 8 inbound
      00:01:19.878932  opened       peer 32      feeler               i2p         ymv34e7ebkcgx5cq346kgznyautzk4zwfrmqtgg2mrvihsg6qpla.b32.i2p:0  now 12 outbound
      00:01:21.094118  closed       peer 30      inbound              onion       127.0.0.1:43255  after 12.1 s
      00:01:21.165059  closed       peer 32      feeler               i2p         ymv34e7ebkcgx5cq346kgznyautzk4zwfrmqtgg2mrvihsg6qpla.b32.i2p:0  after 1.29 s
      00:01:23.628071  opened       peer 33      inbound              onion       127.0.0.1:60149  now 8 inbound
      00:01:25.093182  closed       peer 18      inbound              ipv4        198.51.100.140:35108  after 56.1 s
      00:01:26.085959  opened       peer 34      inbound              ipv4        192.0.2.70:58207  now 8 inbound
      00:01:26.720973  closed       peer 14      inbound              ipv4        198.51.100.146:44625  after 72.7 s
      00:01:27.841047  closed       peer 34      inbound              ipv4        192.0.2.70:58207  after 1.76 s
      00:01:30.210867  closed       peer 24      manual               ipv4        bitcoin-1.rack-07.frankfurt.infrastructure.operations.example.org:8333  after 40.6 s
      00:01:30.942418  opened       peer 35      inbound              ipv4        192.0.2.91:46241  now 7 inbound
      00:01:32.210869  opened       peer 36      manual               ipv4        bitcoin-1.rack-07.frankfurt.infrastructure.operations.example.org:8333  now 11 outbound
      00:01:32.301514  opened       peer 37      inbound              ipv6        [2001:db8:acd8:2dc5:9dd5:22ef:291d:37a0]:33551  now 8 inbound
      00:01:33.795352  closed       peer 0       outbound-full-relay  ipv4        198.51.100.170:8333  after 93.1 s
      00:01:35.094800  closed       peer 8       outbound-full-relay  ipv4        198.51.100.217:8333  after 92.0 s
      00:01:35.795354  opened       peer 38      outbound-full-relay  ipv4        203.0.113.37:8333  now 10 outbound

      CONNECTION TYPE      NETWORK  OPENED  CLOSED  EVICTED
      outbound-full-relay  ipv4          8       3        0
      inbound              ipv4          6       4        0
      inbound              onion         6       2        0
      private-broadcast    onion         3       3        0
      manual               ipv4          3       2        0
      feeler               ipv4          2       2        0
      inbound              ipv6          2       1        0
      inbound              i2p           2       1        0
      addr-fetch           ipv4          1       1        0
      feeler               ipv6          1       1        0
      feeler               i2p           1       1        0
      block-relay-only     ipv6          1       0        0
      block-relay-only     ipv4          1       0        0
      outbound-full-relay  onion         1       0        0
      outbound-full-relay  i2p           1       0        0

      CLOSED AFTER  CONNECTIONS
      under 1 s               4
      under 1 min            14
      under 10 min            3
      "
    `);
  });

  it("have an age since the traced opening, otherwise since time_established", () => {
    const opened = connection("inbound_connection", { inbound_count: 3 });
    const closed = connection("closed_connection", { time_established: NOW - 3600 });
    const [, seen] = objects(new P2pConnections(JSON_LINES), [opened, closed]);
    expect(seen).toMatchObject({ what: "closed", age_s: 0.001, time_established: NOW - 3600 });
    const [unseen] = objects(new P2pConnections(JSON_LINES), [closed]);
    expect(unseen).toMatchObject({ age_s: 3600 });
    expect(printed(new P2pConnections(TEXT), [closed])).toContain("after 1 h");
  });

  it("have no age if the node's clock is ahead", () => {
    const closed = connection("closed_connection", { time_established: NOW + 3600 });
    expect(printed(new P2pConnections(TEXT), [closed])).toContain("after an unknown time");
    expect(objects(new P2pConnections(JSON_LINES), [closed])[0]).toMatchObject({ age_s: null });
  });

  it("are distinguished by node: a restarted node counts from 0 again", () => {
    const opened = connection("inbound_connection", { inbound_count: 1 });
    const successor = { ...connection("closed_connection", { time_established: NOW }), pid: 1 };
    expect(objects(new P2pConnections(JSON_LINES), [opened, successor])[1]).toMatchObject({
      age_s: 0,
    });
  });

  it("show the complete reason of misbehaviour, escaped for terminals, and the peer's address", () => {
    const opened = connection("inbound_connection", { inbound_count: 1 });
    const reason = `\x1b]0;${"r".repeat(114)}`;
    const misbehaving = event("net:misbehaving_connection", { peer_id: 7, reason });
    const text = printed(new P2pConnections(TEXT), [opened, misbehaving]);
    expect(text).toContain(`  203.0.113.9:8333  \\x1b]0;${"r".repeat(114)}\n`);
    const silent = event("net:misbehaving_connection", { peer_id: 8, reason: "" });
    expect(printed(new P2pConnections(TEXT), [silent])).toContain("(no reason given)");
  });

  it("show a network without a name by its number", () => {
    const opened = connection("inbound_connection", { network: 9, inbound_count: 1 });
    expect(printed(new P2pConnections(TEXT), [opened])).toContain("network 9");
  });

  it("count a limited number of reasons, even if peers invent them", () => {
    const events = Array.from({ length: 3000 }, (_, i) =>
      event("net:misbehaving_connection", { peer_id: i, reason: `message size = ${i}` }),
    );
    const { misbehaviour } = objects(new P2pConnections(JSON_LINES), events).at(-1)!;
    expect(Object.entries(misbehaviour as object)).toHaveLength(1001);
    expect(misbehaviour).toMatchObject({ other: 2000 });
  });
});
