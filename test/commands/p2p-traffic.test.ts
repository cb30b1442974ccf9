import { describe, expect, it } from "vitest";
import { P2pTraffic } from "../../src/commands/p2p-traffic/p2p-traffic.ts";
import {
  comparisonJson,
  comparisonTable,
} from "../../src/commands/p2p-traffic/traffic-comparison.ts";
import { TrafficSummary } from "../../src/commands/p2p-traffic/traffic-summary.ts";
import { MESSAGE_TRACEPOINTS } from "../../src/event/message.ts";
import { TrafficTotals } from "../../src/model/peers/traffic-totals.ts";
import { event, JSON_LINES, objects, printed, simulated, TEXT } from "./lines.ts";

const messages = (count: number) => simulated({ tracepoints: MESSAGE_TRACEPOINTS, count });

function message(fields: Readonly<Record<string, unknown>>) {
  return event("net:inbound_message", {
    ...{ peer_id: 3, address: "203.0.113.9:8333", connection_type: "inbound" },
    ...{ msg_type: "inv", size: 37 },
    ...fields,
  });
}

function totalsOf(...sizes: readonly (readonly [type: string, size: number])[]): TrafficTotals {
  const totals = new TrafficTotals(["msg_type"]);
  for (const [msg_type, size] of sizes) totals.add(message({ msg_type, size }));
  return totals;
}

describe("messages as lines", () => {
  it("have direction, type, size and peer in columns", () => {
    expect(printed(new P2pTraffic(TEXT), messages(4))).toMatchInlineSnapshot(`
      "00:00:00.679324  out  version           102 B  peer 0       outbound-full-relay  198.51.100.170:8333
      00:00:00.733437  in   version           102 B  peer 0       outbound-full-relay  198.51.100.170:8333
      00:00:00.733439  out  wtxidrelay          0 B  peer 0       outbound-full-relay  198.51.100.170:8333
      00:00:00.733441  out  sendaddrv2          0 B  peer 0       outbound-full-relay  198.51.100.170:8333
      "
    `);
  });

  it("have the traced fields and the direction in JSON", () => {
    const [first] = messages(1);
    expect(objects(new P2pTraffic(JSON_LINES), [first!])).toMatchInlineSnapshot(`
      [
        {
          "address": "198.51.100.170:8333",
          "connection_type": "outbound-full-relay",
          "cpu": 0,
          "direction": "outbound",
          "ktime": 1000679324879.2805,
          "msg_type": "version",
          "peer_id": 0,
          "pid": 4700,
          "size": 102,
          "thread": "b-msghand",
          "tid": 4711,
          "time": "2026-01-01T00:00:00.679324Z",
          "tracepoint": "net:outbound_message",
        },
      ]
    `);
  });

  it.each([68, 100])(
    "have an address of %i characters and the longest message types whole",
    (length) => {
      const address = `${"a".repeat(length - 5)}:8333`;
      for (const msg_type of ["getcfcheckpt", "getcfheaders", "sizelimit"]) {
        const line = printed(new P2pTraffic(TEXT), [message({ address, msg_type })]);
        expect(line).toContain(`  ${msg_type} `);
        expect(line.endsWith(`  ${address}\n`)).toBe(true);
      }
    },
  );

  it("escape texts from peers, and mark cut and unknown values", () => {
    const line = printed(new P2pTraffic(TEXT), [
      message({ msg_type: "\x1b[2J\r\n\u202e", address: null, truncated: ["msg_type"] }),
    ]);
    expect(line).toContain("\\x1b[2J\\x0d\\x0a\\x202e…");
    expect(line.trimEnd().endsWith("?")).toBe(true);
    expect(line.split("\n")).toHaveLength(2);
  });
});

describe("messages as totals", () => {
  it("are grouped in both directions, those with the most bytes first", () => {
    expect(printed(new TrafficSummary(["msg_type"], TEXT), messages(500))).toMatchInlineSnapshot(`
      "MSG_TYPE      IN  IN BYTES   IN %  OUT  OUT BYTES  OUT %
      addrv2        14    158163   86.4    9      13960   32.6
      tx            44     15826    8.6   17       6992   16.3
      addr           0         0    0.0    1      10713   25.0
      inv           21      4449    2.4   29       5357   12.5
      version       15      1531    0.8   15       1530    3.6
      getdata       11       623    0.3   21       1785    4.2
      headers       13      1066    0.6   13       1066    2.5
      getheaders    13       897    0.5   13        897    2.1
      ping          18       144    0.1   22        176    0.4
      pong          21       168    0.1   18        144    0.3
      sendcmpct     13       117    0.1   14        126    0.3
      feefilter     11        88    0.0   11         88    0.2
      notfound       2        74    0.0    0          0    0.0
      wtxidrelay    13         0    0.0   14          0    0.0
      sendaddrv2    13         0    0.0   14          0    0.0
      verack        14         0    0.0   15          0    0.0
      getaddr        3         0    0.0   10          0    0.0
      sendheaders   13         0    0.0   12          0    0.0
      all          252    183146  100.0  248      42834  100.0
      "
    `);
  });

  it("can be grouped by several fields, which keep their types in JSON", () => {
    const summary = new TrafficSummary(["connection_type", "peer_id"], JSON_LINES);
    expect(objects(summary, messages(100)).slice(0, 2)).toMatchInlineSnapshot(`
      [
        {
          "connection_type": "outbound-full-relay",
          "inbound_bytes": 24665,
          "inbound_messages": 12,
          "outbound_bytes": 286,
          "outbound_messages": 12,
          "peer_id": 0,
          "tracepoint": "corelens:traffic",
        },
        {
          "connection_type": "outbound-full-relay",
          "inbound_bytes": 17616,
          "inbound_messages": 9,
          "outbound_bytes": 196,
          "outbound_messages": 10,
          "peer_id": 4,
          "tracepoint": "corelens:traffic",
        },
      ]
    `);
  });

  it("add up to all messages and bytes for any number of groups", () => {
    const totals = new TrafficTotals(["msg_type"]);
    for (let i = 0; i < 20_000; i++) totals.add(message({ msg_type: `x${i}`, size: 2 }));
    expect(totals.groups).toHaveLength(10_001);
    expect(totals.groups[0]).toMatchObject({
      values: ["(other)"],
      inbound: { messages: 10_000, bytes: 20_000 },
    });
    expect(totals.all.inbound).toEqual({ messages: 20_000, bytes: 40_000 });
  });

  it("cannot be grouped by unknown fields", () => {
    expect(() => new TrafficTotals(["msgtype"])).toThrowError(
      expect.objectContaining({ code: "FIELD_UNKNOWN", cure: "did you mean msg_type?" }),
    );
    expect(() => new TrafficTotals(["payload"])).toThrowError(/cannot be grouped by payload/);
  });
});

describe("two recordings side by side", () => {
  const before = {
    name: "a",
    totals: totalsOf(["inv", 600], ["tx", 300], ["addr", 10]),
    seconds: 10,
  };
  const after = {
    name: "b\n",
    totals: totalsOf(["inv", 300], ["tx", 900], ["reqrecon", 60]),
    seconds: 30,
  };

  it("are compared as rates, so that their durations may differ", () => {
    expect(comparisonTable(before, after, TEXT)).toMatchInlineSnapshot(`
      "A  a, 10.0 s
      B  b\\x0a, 30.0 s

      MSG_TYPE  IN A B/s  B B/s       %  OUT A B/s  B B/s  %  BOTH A B/s  B B/s       %
      inv           60.0   10.0   -83.3        0.0    0.0  -        60.0   10.0   -83.3
      tx            30.0   30.0       -        0.0    0.0  -        30.0   30.0       -
      addr           1.0    0.0  -100.0        0.0    0.0  -         1.0    0.0  -100.0
      reqrecon       0.0    2.0     new        0.0    0.0  -         0.0    2.0     new
      all           91.0   42.0   -53.8        0.0    0.0  -        91.0   42.0   -53.8
      "
    `);
    const none = { outbound_messages: 0, outbound_bytes: 0 };
    expect(JSON.parse(comparisonJson(before, after).split("\n")[0]!)).toEqual({
      ...{ tracepoint: "corelens:traffic_comparison", msg_type: "inv" },
      a: { seconds: 10, inbound_messages: 1, inbound_bytes: 600, ...none },
      b: { seconds: 30, inbound_messages: 1, inbound_bytes: 300, ...none },
    });
  });

  it("have no rates if a recording has no duration", () => {
    expect(comparisonTable({ ...before, seconds: 0 }, after, TEXT)).toMatch(/^inv +\? +10\.0 +- /m);
  });
});
