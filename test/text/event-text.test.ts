import { describe, expect, it } from "vitest";
import { CONTRACT } from "../../src/contract/contract.ts";
import { layoutsOf } from "../../src/simulate/layouts.ts";
import { EventText, noticeText } from "../../src/text/event-text.ts";
import { event } from "../commands/lines.ts";

const KINDS = [...layoutsOf(31)].map(([name, fields]) => ({ name, fields }));

function text(columns: number | null = null): EventText {
  const made = new EventText(false, columns);
  made.learn(KINDS);
  return made;
}

const coin = { txid: "ab".repeat(32), vout: 1, is_coinbase: false };

describe("an event as a line", () => {
  it("shows `mempool` as the height of an unconfirmed coin", () => {
    const added = { ...coin, height: 0x7fff_ffff, value: 1263 };
    expect(text().line(event("utxocache:add", added))).toContain(
      "vout=1 height=mempool value=1,263 sat is_coinbase=false",
    );
    const mined = event("utxocache:spent", { ...coin, height: 930_001, value: 2n ** 60n });
    expect(text().line(mined)).toContain("height=930001 value=1,152,921,504,606,846,976 sat");
  });

  it("shows times as times, and other numbers as numbers", () => {
    const removed = (entry_time: number | bigint) =>
      text().line(event("mempool:removed", { vsize: 141, fee: 1410, entry_time }));
    const local = new Date(1_700_000_000_000);
    const hour = String(local.getHours()).padStart(2, "0");
    expect(removed(1_700_000_000)).toMatch(
      new RegExp(`vsize=141 vB fee=1,410 sat entry_time=2023-11-1\\dT${hour}:\\d3:20  `),
    );
    expect(removed(2n ** 62n)).toContain(`entry_time=${2n ** 62n} UNIX s`);
    expect(removed(-(2n ** 62n))).toContain("UNIX s");
  });

  it("has aligned columns, from the first line of its tracepoint on", () => {
    const aligned = text(120);
    const line = (fields: Readonly<Record<string, unknown>>): string =>
      aligned.line(event("net:inbound_message", { connection_type: "inbound", ...fields }));
    const lines = [
      line({ peer_id: 3, address: "203.0.113.9:8333", msg_type: "tx", size: 219 }),
      line({ peer_id: 1234, address: "1.1.1.1:8333", msg_type: "getcfcheckpt", size: 4_000_000 }),
    ];
    const [first, second] = lines.map((each) =>
      ["peer_id=", "address=", "connection_type=", "msg_type=", "size=", "  test"].map((at) =>
        each.indexOf(at),
      ),
    );
    expect(first).toEqual(second);
  });

  it("has its fields at the same position after any other line", () => {
    const short = text().line(event("mempool:added", { vsize: 1, fee: 1 }));
    const long = text().line(event("validation:block_connected", { height: 1 }));
    expect(short.indexOf("vsize=")).toBe(long.indexOf("height="));
    expect(Object.keys(CONTRACT)).toContain("validation:block_connected");
  });
});

describe("a binary that is named by its path", () => {
  const attached = (running?: number) =>
    noticeText({
      tracepoint: "corelens:attached",
      time: 0,
      binary: "/usr/bin/bitcoind",
      pid: null,
      tracepoints: 20,
      ...(running !== undefined && { running }),
    });

  it.each([
    [0, "no process runs it yet"],
    [1, "1 process that runs it"],
    [2, "2 processes that run it"],
    [undefined, "every process that runs it"],
  ])("is attached to with a word on who runs it: %s", (running, text) => {
    expect(attached(running)).toBe(`attached to 20 tracepoints of /usr/bin/bitcoind (${text})`);
  });
});
