import { describe, expect, it } from "vitest";
import { P2pMonitor } from "../../src/commands/p2p-monitor/p2p-monitor.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { PEER_TRACEPOINTS } from "../../src/model/peers/peers.ts";
import { eventAt, expectSizeKept, START, shot, textOf, told } from "./screens.ts";

process.env.TZ = "UTC";

const ONION = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion:8333";
const HOST = "bitcoin-1.rack-07.frankfurt.infrastructure.operations.example.org:8333";

const PEERS = [
  [0, "203.0.113.7:8333", "outbound-full-relay"],
  [3, "[2001:db8::7]:8333", "block-relay-only"],
  [4, ONION, "outbound-full-relay"],
  [9, HOST, "manual"],
  [11, "127.0.0.1:40644", "inbound"],
] as const;

/** Ten seconds with five peers, one that connects later, and one that connects, misbehaves and leaves. */
const EVENTS: readonly StreamEvent[] = [
  ...Array.from({ length: 200 }, (_, i) => {
    const [peer_id, address, connection_type] = PEERS[(i * 3 + (i >> 3)) % PEERS.length]!;
    const isInbound = i % 3 !== 0;
    return eventAt(i * 50, isInbound ? "net:inbound_message" : "net:outbound_message", {
      ...{ peer_id, address, connection_type },
      msg_type: ["inv", "tx", "getdata", "ping"][i % 4],
      size: isInbound ? 37 + i * 11 : 8,
    });
  }),
  eventAt(4000, "net:inbound_connection", {
    ...{ peer_id: 12, address: "198.51.100.9:50112", connection_type: "inbound" },
    ...{ network: "ipv4", inbound_count: 2 },
  }),
  eventAt(4100, "net:inbound_message", {
    ...{ peer_id: 12, address: "198.51.100.9:50112", connection_type: "inbound" },
    ...{ msg_type: "headers", size: 163 },
  }),
  eventAt(4101, "net:misbehaving_connection", {
    peer_id: 12,
    reason: "non-continuous headers sequence",
  }),
  eventAt(9000, "net:closed_connection", {
    ...{ peer_id: 12, address: "198.51.100.9:50112", connection_type: "inbound" },
    ...{ network: "ipv4", time_established: 1_795_264_204 },
  }),
  eventAt(9500, "net:outbound_connection", {
    ...{ peer_id: 13, address: "203.0.113.99:8333", connection_type: "feeler" },
    ...{ network: "ipv4", outbound_count: 5 },
  }),
].sort((a, b) => a.time - b.time);

const ALL_KINDS = PEER_TRACEPOINTS.map((name) => ({ name, fields: [] }));
const BEFORE_V29 = ALL_KINDS.filter(({ name }) => name.endsWith("_message"));

function monitor(events = EVENTS, kinds = ALL_KINDS): P2pMonitor {
  return told(new P2pMonitor(() => kinds), events);
}

function peersAt(tool: P2pMonitor, ms: number): { peer_id: number; closed: string | null }[] {
  return tool.snapshot(START + ms).peers as { peer_id: number; closed: string | null }[];
}

function idsAt(tool: P2pMonitor, ms: number): number[] {
  return peersAt(tool, ms).map(({ peer_id }) => peer_id);
}

describe("the screen of p2p-monitor", () => {
  it.each([
    [40, 12],
    [80, 24],
    [200, 60],
  ])("lists peers in %i columns and %i rows", async (columns, rows) => {
    const lines = shot(monitor(), ["down", "down"], { columns, rows, at: 10_000 });
    await expect(textOf(lines)).toMatchFileSnapshot(`golden/p2p-list-${columns}x${rows}.txt`);
  });

  it.each([
    [40, 12],
    [80, 24],
  ])("follows a conversation in %i columns and %i rows", async (columns, rows) => {
    const lines = shot(monitor(), ["end", "up", "return"], { columns, rows, at: 10_000 });
    await expect(textOf(lines)).toMatchFileSnapshot(`golden/p2p-peer-${columns}x${rows}.txt`);
  });

  it("shows totals by type beside a conversation if the screen is wide enough", async () => {
    const lines = shot(monitor(), ["return"], { columns: 140, rows: 20, at: 10_000 });
    await expect(textOf(lines)).toMatchFileSnapshot("golden/p2p-peer-140x20.txt");
  });

  it("has a help", async () => {
    const lines = shot(monitor(), [], { columns: 80, rows: 24, at: 10_000, helpTop: 0 });
    await expect(textOf(lines)).toMatchFileSnapshot("golden/p2p-help-80x24.txt");
    const small = { columns: 40, rows: 12, at: 10_000 };
    expect(shot(monitor(), [], { ...small, helpTop: 1000 }).at(-3)).toContain("service.");
  });
});

describe("p2p-monitor", () => {
  it("a peer leaves the list five seconds after its connection closes", () => {
    const tool = monitor();
    expect(peersAt(tool, 10_000).find(({ peer_id }) => peer_id === 12)?.closed).toBe("closed");
    expect(idsAt(tool, 13_900)).toContain(12);
    expect(idsAt(tool, 14_100)).toEqual([0, 3, 4, 9, 11, 13]);
  });

  it("a silent peer counts as closed if closing is not traced, and the screen shows a note", () => {
    const tool = monitor(
      EVENTS.filter(({ tracepoint }) => tracepoint.endsWith("_message")),
      BEFORE_V29,
    );
    const lines = shot(tool, [], { columns: 100, rows: 24, at: 10_000 });
    expect(lines.join("\n")).toContain("a peer leaves the list after 5m00s without messages");
    expect(peersAt(tool, 299_000).every(({ closed }) => closed === null)).toBe(true);
    expect(peersAt(tool, 400_000).every(({ closed }) => closed === "silent")).toBe(true);
    expect(idsAt(tool, 406_000)).toEqual([]);
  });

  it("a silent peer stays in the list if closing is traced", () => {
    const tool = monitor();
    const lines = shot(tool, [], { columns: 100, rows: 24, at: 10_000 });
    expect(lines.join("\n")).not.toContain("silent");
    expect(idsAt(tool, 400_000)).toContain(0);
    expect(idsAt(tool, 406_000)).toContain(0);
  });

  it("the peers of a stopped node leave and do not mix with those of the next node", () => {
    const again = { ...EVENTS[0]!, time: START + 12_000, pid: 4712 };
    const ended = { tracepoint: "corelens:ended", time: START + 11_000, pid: 4711 } as const;
    const tool = monitor([...EVENTS, ended, again]);
    const count = ({ peer_id, pid }: { peer_id: number; pid?: number }) => `${pid}/${peer_id}`;
    expect(peersAt(tool, 12_000).map(count)).toContain("4711/0");
    expect(peersAt(tool, 17_000).map(count)).toEqual(["4712/0"]);
  });

  it("sorts by every column, either way", () => {
    const tool = monitor();
    const area = { columns: 200, rows: 24, at: 10_000 };
    const order = () =>
      shot(tool, [], area)
        .slice(2, 9)
        .map((line) => line.slice(2, 8).trim());
    expect(order()).toEqual(["0", "3", "4", "9", "11", "12", "13"]);
    shot(tool, ["r"], area);
    expect(order()).toEqual(["13", "12", "11", "9", "4", "3", "0"]);
    shot(tool, ["s", "s", "s", "s", "s", "s"], area);
    const byBytes = peersAt(tool, 10_000) as unknown as {
      peer_id: number;
      inbound: { bytes: number };
    }[];
    byBytes.sort((a, b) => b.inbound.bytes - a.inbound.bytes || a.peer_id - b.peer_id);
    expect(order()).toEqual(byBytes.map(({ peer_id }) => String(peer_id)));
  });

  it("the selected peer stays selected after sorting", () => {
    const tool = monitor();
    const area = { columns: 80, rows: 8, at: 10_000 };
    const marked = (lines: string[]) => lines.find((line) => line.startsWith(">"));
    const before = marked(shot(tool, ["down", "down", "down"], area));
    expect(before).toContain("manual");
    for (let i = 0; i < 20; i++) expect(marked(shot(tool, ["s"], area))).toBe(before);
  });

  it("the first peer is selected until a key selects one; if that peer leaves, the next one is selected", () => {
    const tool = new P2pMonitor(() => ALL_KINDS);
    const area = { columns: 80, rows: 24, at: 10_000 };
    const marked = (lines: string[]) => Number(lines.find((l) => l.startsWith(">"))?.slice(2, 8));
    for (const event of EVENTS) {
      tool.take(event);
      shot(tool, [], area);
    }
    expect(marked(shot(tool, [], area))).toBe(0);
    const twelfth = ["end", "up"];
    expect(marked(shot(tool, twelfth, area))).toBe(12);
    expect(marked(shot(tool, [], { ...area, at: 20_000 }))).toBe(13);
  });

  it.each([
    ["onion", [4]],
    ["FULL", [0, 4]],
    ['network == "onion" || peer_id == 9', [4, 9]],
    ["in_bytes > 1kB && connection_type == 'inbound'", [11]],
    ["age < 1s", [13]],
    ["misbehaved > 0", [12]],
  ])("filters by %j", (filter, ids) => {
    const keys = ["/", ...filter, "return"];
    const lines = shot(monitor(), keys, { columns: 80, rows: 24, at: 10_000 });
    const shown = lines.slice(2).filter((line) => /^[> ] +\d+ {2}\S/.test(line));
    expect(shown.map((line) => Number(line.slice(2, 8)))).toEqual(ids);
    expect(lines.join("\n")).toContain(`${ids.length} of 7 peers match: ${filter}`);
  });

  it("the filter line shows the error and its place, and the list follows a valid filter", () => {
    const tool = monitor();
    const area = { columns: 80, rows: 24, at: 10_000 };
    const wrong = shot(tool, ["/", ..."netwrok == 'onion'", "return"], area).join("\n");
    expect(wrong).toContain(
      "there is no field netwrok in a peer (column 1): did you mean network?",
    );
    expect(wrong).toContain("filter: netwrok");
    shot(tool, ["ctrl-u", ..."network == 'onion'", "return"], area);
    expect(shot(tool, [], area).join("\n")).toContain("1 of 7 peers match");
    expect(shot(tool, ["escape"], area).join("\n")).not.toContain("pass");
  });

  it("a scrolled conversation does not move, and follows again at its end", () => {
    const tool = monitor();
    const area = { columns: 80, rows: 15, at: 10_000 };
    const scrolled = shot(tool, ["return", "pageup"], area);
    const say = eventAt(10_001, "net:inbound_message", { peer_id: 0, msg_type: "new", size: 1 });
    tool.take(say);
    expect(shot(tool, [], area).slice(5, -2)).toEqual(scrolled.slice(5, -2));
    expect(shot(tool, ["end"], area).join("\n")).toContain("new  ");
  });

  it("texts from peers are shown as characters of one column", () => {
    const hostile = [
      { address: "\x1b[2J\x1b]0;owned\x07:1", msg_type: "\u202egnp\u202c\n" },
      { address: "漢字.example:8333", msg_type: "🙂🙂\u0301" },
    ];
    const tool = monitor(
      hostile.map((fields, peer_id) =>
        eventAt(peer_id, "net:inbound_message", {
          ...{ peer_id, connection_type: "inbound", size: 1 },
          ...fields,
        }),
      ),
    );
    const lines = shot(tool, [], { columns: 200, rows: 10, at: 1000 }).join("\n");
    expect(lines).toContain("\\x1b[2J\\x1b]0;owned\\x07:1");
    expect(lines).toContain("\\u{6f22}\\u{5b57}.example:8333");
    expect(lines).toMatch(/^[\x20-\x7e·…\n]*$/);
  });

  it("a connection type may have the name of an object's method", () => {
    const fields = { peer_id: 1, address: "", connection_type: "toString", size: 1 };
    const tool = monitor([eventAt(0, "net:inbound_message", fields)]);
    const lines = shot(tool, [], { columns: 200, rows: 20, at: 1000, colour: false });
    expect(lines.some((line) => line.includes("toString"))).toBe(true);
  });

  it("the screen keeps its size for any events", () => {
    expectSizeKept({
      toolOf: (events) => monitor(events),
      tracepoints: PEER_TRACEPOINTS,
      fields: ["peer_id", "address", "connection_type", "msg_type", "size", "reason", "network"],
      keys: ["up", "down", "return", "s", "r", "/", "a", "=", "escape", "pageup", "G"],
      line: /^[\x20-\x7e…·►◄─]*$/,
    });
  });
});
