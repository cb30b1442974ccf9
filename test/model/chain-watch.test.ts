import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../../src/event/notice.ts";
import { ChainWatch } from "../../src/model/chain/chain-watch.ts";
import { type Reorganisation, reorganisationText } from "../../src/model/chain/reorganisation.ts";
import { BEGIN, event, eventsOf } from "./events.ts";

/** Ids that are as long as real ones. */
const id = (name: string): string => name.padStart(64, "0");

/** Events a millisecond apart, as one node and one of its threads fire them. */
function node(pid = 42) {
  let at = 0;
  const fire = (tracepoint: string, fields: Readonly<Record<string, unknown>>): StreamEvent =>
    event(tracepoint, at++, { pid, ...fields });
  return {
    /** `101b` is a block of height 101. */
    block: (name: string) =>
      fire("validation:block_connected", { hash: id(name), height: Number.parseInt(name, 10) }),
    disconnected: (name: string) =>
      fire("ipc:block_disconnected", { hash: id(name), height: Number.parseInt(name, 10) }),
    added: (name: string, tid = 7) => fire("mempool:added", { txid: id(name), tid }),
    rejected: (name: string, tid = 7) =>
      fire("mempool:rejected", { txid: id(name), reason: "bad-txns-inputs-missingorspent", tid }),
    removed: (name: string, reason: string) => fire("mempool:removed", { txid: id(name), reason }),
    ended: (): StreamEvent => ({
      tracepoint: "corelens:ended",
      time: BEGIN + at++,
      pid,
    }),
    wait: (ms: number) => {
      at += ms;
    },
  };
}

function watch(events: readonly StreamEvent[]): ChainWatch {
  const chain = new ChainWatch();
  for (const each of events) chain.see(each);
  return chain;
}

const found = (events: readonly StreamEvent[]): readonly Reorganisation[] => watch(events).recent;

/** What connects when these blocks do, one after the other. */
const connected = (...names: string[]) => {
  const { block } = node();
  return found(names.map(block));
};

describe("a reorganisation", () => {
  it("is a different block at or below the height of the tip", () => {
    expect(connected("100a", "101a", "101b", "102b")).toMatchObject([
      {
        height: 101,
        depth: 1,
        replaced: [id("101a")],
        tip: { height: 102, hash: id("102b") },
        returned: null,
        dropped: null,
      },
    ]);
  });

  it("has the number of blocks above the fork as depth", () => {
    const [deep] = connected("100a", "101a", "102a", "103a", "101b", "102b", "103b", "104b");
    expect(deep).toMatchObject({
      height: 101,
      depth: 3,
      replaced: [id("101a"), id("102a"), id("103a")],
    });
  });

  it("can go back to the first branch", () => {
    const { block } = node();
    const names = ["100a", "101a", "101b", "101a", "102a"];
    const chain = watch(names.map(block));
    expect(chain.recent.map(({ replaced }) => replaced)).toEqual([[id("101b")], [id("101a")]]);
    expect([chain.isStale(id("101a")), chain.isStale(id("101b"))]).toEqual([false, true]);
    expect(chain.totals).toMatchObject({ reorganisations: 2, replaced: 2, lastDepth: 1 });
  });

  it("can begin below the first seen block", () => {
    expect(connected("101a", "99b", "100b", "101b", "102b")).toMatchObject([
      { height: 99, depth: 3, replaced: [id("101a")] },
    ]);
  });

  it("is found from the first block on, where disconnected blocks are traced", () => {
    const { block, disconnected } = node();
    expect(found([disconnected("100a"), block("100b"), block("101b")])).toMatchObject([
      { height: 100, depth: 1, replaced: [id("100a")] },
    ]);
  });

  it("is separate for each node", () => {
    const [one, other] = [node(1), node(2)];
    expect(found([one.block("100a"), other.block("100b"), one.block("101a")])).toEqual([]);
  });
});

describe("not a reorganisation", () => {
  it("is a block that connects once more, after reconsiderblock or a crash", () => {
    expect(connected("100a", "101a", "102a", "101a", "102a", "103a")).toEqual([]);
  });

  it("is a chain that is downloaded, if not all of its blocks were seen", () => {
    expect(connected("1a", "2a", "3a", "9a", "10a")).toEqual([]);
  });

  it("is a reindex, with or without a restart", () => {
    const names = ["100a", "101a", "1a", "2a", "3a", "4a"];
    const rest = Array.from({ length: 98 }, (_, i) => `${i + 5}a`);
    expect(connected(...names, ...rest)).toEqual([]);
    const [before, after] = [node(1), node(2)];
    expect(
      found([
        ...[before.block("100a"), before.block("101a"), before.ended()],
        ...["1a", "2a", ...rest].map(after.block),
      ]),
    ).toEqual([]);
  });

  it("is a node that comes back with another chain, or an empty data directory", () => {
    const [before, after] = [node(1), node(2)];
    const old = ["1a", "2a", "3a"].map(before.block);
    expect(found([...old, before.ended(), ...["1b", "2b", "3b", "4b"].map(after.block)])).toEqual(
      [],
    );
    const high = ["500a", "501a"].map(before.block);
    const other = Array.from({ length: 600 }, (_, i) => after.block(`${i + 1}b`));
    expect(found([...high, before.ended(), ...other])).toEqual([]);
  });

  it("is a block that an assumeutxo snapshot's background validation connects", () => {
    expect(connected("5a", "840a", "6a", "841a", "7a", "842a", "8a")).toEqual([]);
  });

  it("is a block whose hash or height could not be read", () => {
    const blank = event("validation:block_connected", 5, { hash: null, height: 100 });
    expect(found([node().block("100a"), blank, blank])).toEqual([]);
  });
});

it("a reorganisation while the node was down shows when it comes back", () => {
  const [before, after] = [node(1), node(2)];
  const names = ["100a", "101a", "102a"];
  expect(
    found([...names.map(before.block), before.ended(), ...["102b", "103b"].map(after.block)]),
  ).toMatchObject([{ pid: 2, height: 102, depth: 1 }]);
});

describe("transactions of replaced blocks", () => {
  it("return, are dropped, or are in both branches", () => {
    const { block, added, removed, rejected } = node();
    const [reorganisation] = found([
      block("100a"),
      ...["1", "2", "3", "4"].map((name) => removed(name, "block")),
      ...[block("100b"), removed("5", "block"), block("101b")],
      ...[added("1"), added("2"), rejected("3"), removed("6", "reorg")],
    ]);
    expect(reorganisation).toMatchObject({ returned: 2, dropped: 2 });
    expect(reorganisationText(reorganisation!)).toBe(
      "Reorganisation at 100: 1 block replaced, 2 transactions returned to the mempool, 2 no longer valid",
    );
  });

  it("return before another block connects, after invalidateblock", () => {
    const { block, added, removed, wait } = node();
    const events = [block("100a"), removed("1", "block"), removed("2", "block")];
    wait(60_000);
    events.push(added("1"), added("2"), added("3"));
    wait(60_000);
    events.push(block("100b"), removed("1", "block"));
    expect(found(events)).toMatchObject([{ depth: 1, returned: 2 }]);
  });

  it("do not count when their block is only connected once more", () => {
    const { block, added, removed } = node();
    const events = [block("100a"), block("101a"), removed("1", "block"), added("1")];
    events.push(block("101a"), removed("1", "block"), block("101b"), block("102b"));
    expect(found(events)).toMatchObject([{ returned: 0 }]);
  });

  it("are unknown if the mempool is not traced", () => {
    const [reorganisation] = connected("100a", "100b", "101b");
    expect(reorganisationText(reorganisation!)).toBe("Reorganisation at 100: 1 block replaced");
  });

  it("do not include later transactions, or those that a peer sends again", () => {
    const { block, added, removed, rejected, wait } = node();
    const events = [added("1"), block("100a"), removed("1", "block"), block("100b"), block("101b")];
    events.push(rejected("1", 8), added("9"));
    wait(5000);
    events.push(removed("7", "reorg"), added("1"));
    expect(found(events)).toMatchObject([{ returned: 0, dropped: 0 }]);
  });
});

describe("a reorganisation is reported when it is complete", () => {
  it("a second after the last of its transactions", () => {
    const { block, added, removed, wait } = node();
    const chain = new ChainWatch();
    for (const each of [block("100a"), removed("1", "block"), block("100b"), block("101b")]) {
      expect(chain.see(each)).toEqual([]);
    }
    expect(chain.recent).toMatchObject([{ returned: null }]);
    expect(chain.see(added("1"))).toEqual([]);
    wait(1000);
    expect(chain.see(added("2"))).toMatchObject([{ height: 100, returned: 1 }]);
    expect(chain.rest()).toEqual([]);
  });

  it("when time passes, and at the end of the stream", () => {
    const { block } = node();
    const chain = watch([block("100a"), block("100b")]);
    expect(chain.advance(BEGIN + 4000)).toEqual([]);
    expect(chain.advance(BEGIN + 6000)).toHaveLength(1);
    expect(watch([block("102a"), block("102b")]).rest()).toHaveLength(1);
  });

  it("is completed although its node is forgotten, when many others come", () => {
    const { block } = node(1);
    const others = Array.from({ length: 17 }, (_, i) => node(100 + i).block("200a"));
    const chain = watch([block("102a"), block("102b"), ...others]);
    expect(chain.rest()).toMatchObject([{ pid: 1, height: 102 }]);
  });

  it("is completed early when too many are open at the same time", () => {
    const chain = new ChainWatch();
    const settled = Array.from({ length: 100 }, (_, i) => {
      const { block } = node(i + 1);
      return [block("102a"), block("102b")].flatMap((each) => chain.see({ ...each, time: BEGIN }));
    }).flat();
    expect(settled.map(({ pid }) => pid)).toEqual(Array.from({ length: 84 }, (_, i) => i + 1));
    expect(chain.rest()).toHaveLength(16);
  });

  it("with any number of transactions and blocks meanwhile", () => {
    const { block, added, wait } = node();
    const chain = watch([block("100a"), block("100b")]);
    let told = 0;
    for (let i = 101; i < 130; i++) {
      wait(100);
      told += chain.see(block(`${i}b`)).length + chain.see(added(String(i))).length;
    }
    expect(told).toBe(1);
  });
});

it("the simulated node's reorganisations are found, with their transactions", () => {
  const events = eventsOf(1800);
  const chain = watch(events);
  expect(chain.recent.length).toBeGreaterThan(1);
  for (const { depth, returned, dropped } of chain.recent) {
    expect(depth).toBe(1);
    expect(returned! + dropped!).toBeGreaterThan(0);
  }
  const dropped = events.filter(({ reason }) => reason === "reorg").length;
  expect(chain.totals.dropped).toBeGreaterThanOrEqual(dropped);
});

it("endless reorganisations of endless nodes are kept in bounded memory", () => {
  const chain = new ChainWatch();
  for (let i = 0; i < 5000; i++) {
    const { block } = node(i % 50);
    for (const name of [`${i}a`, `${i + 1}a`, `${i}b`]) chain.see(block(name));
  }
  expect(chain.recent.length).toBeLessThanOrEqual(20);
});
