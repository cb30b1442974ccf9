import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import type { NodeReport } from "../../src/model/node-report.ts";
import { BEGIN, event, KINDS, message } from "./events.ts";

/** What a node in sync says, with other values in places. */
function says(
  chain: Partial<NonNullable<NodeReport["chain"]>>,
  connections: { readonly in: number; readonly out: number } = { in: 2, out: 8 },
): NodeReport {
  return {
    availability: { status: "up", problem: null },
    chain: {
      ...{ chain: "main", height: 114, headers: 114, block_time: 0, verification_progress: 1 },
      ...{ initial_block_download: false, warnings: [], ...chain },
    },
    network: {
      ...{ user_agent: null, active: true },
      ...{ connections_in: connections.in, connections_out: connections.out },
    },
    mempool: null,
    peers: null,
  };
}

function block(name: string, at: number): RawEvent {
  const height = Number.parseInt(name, 10);
  return event("validation:block_connected", at, { hash: name.padStart(64, "0"), height });
}

function pictureOf(events: readonly RawEvent[], said: NodeReport | null = null): NodeModel {
  const picture = new NodeModel(BEGIN);
  picture.learn(KINDS);
  for (const each of events) picture.see(each);
  if (said) picture.hear(said);
  return picture;
}

const peersOf = (picture: NodeModel) =>
  picture.status().health.find(({ topic }) => topic === "peers");

const FORK = ["100a", "101a", "101b", "102b"];

describe("a reorganisation", () => {
  const at = 60_000;
  const events = [
    ...[block("100a", 0), block("101a", 1000)],
    event("mempool:removed", 1001, { txid: "1".repeat(64), reason: "block" }),
    ...[block("101b", at), block("102b", at + 1)],
    event("mempool:added", at + 2, { txid: "1".repeat(64) }),
  ];
  const text = "Reorganisation at 101: 1 block replaced, 1 transaction returned to the mempool";

  it("is the headline for an hour, and a note afterwards", () => {
    const picture = pictureOf(events, says({}));
    expect(picture.status().headline).toEqual({
      status: "warning",
      message: `${text}, less than a minute ago`,
    });
    picture.advance(BEGIN + at + 59 * 60_000);
    picture.see(block("103b", at + 59 * 60_000));
    expect(picture.status().headline.message).toBe(`${text}, 59 minutes ago`);
    picture.advance(BEGIN + at + 61 * 60_000);
    const { headline, health } = picture.status();
    expect(headline.status).toBe("ok");
    expect(health.find(({ message }) => message.startsWith(text))?.status).toBe("ok");
  });

  it("of more than one block is a problem", () => {
    const names = ["100a", "101a", "102a", "101b", "102b", "103b"];
    const picture = pictureOf(names.map(block));
    expect(picture.status().headline).toMatchObject({ status: "problem" });
    expect(picture.status().headline.message).toMatch(/^Reorganisation at 101: 2 blocks replaced/);
  });

  it("leaves the replaced block among the last blocks, as stale", () => {
    const { blocks, reorganisations } = pictureOf(events).view("blocks");
    expect(blocks.map(({ height, stale }) => [height, stale])).toEqual([
      [102, false],
      [101, false],
      [101, true],
      [100, false],
    ]);
    expect(reorganisations).toMatchObject([{ height: 101, depth: 1, returned: 1, dropped: 0 }]);
    const rows = pictureOf(events).view("overview").blocks;
    expect(rows.filter(({ stale }) => stale)).toHaveLength(1);
  });

  it("that is taken back leaves no block twice", () => {
    const { blocks } = pictureOf([...FORK, "101a", "102a", "103a"].map(block)).view("blocks");
    expect(blocks.map(({ hash, stale }) => [hash?.slice(-4), stale])).toEqual([
      ["103a", false],
      ["102a", false],
      ["101a", false],
      ["102b", true],
      ["101b", true],
      ["100a", false],
    ]);
  });
});

describe("peers", () => {
  it("are missing on a public chain only", () => {
    const none = { in: 0, out: 0 };
    expect(peersOf(pictureOf([], says({}, none)))).toMatchObject({
      status: "problem",
      message: "No peers: the node receives nothing new",
    });
    expect(peersOf(pictureOf([], says({ chain: "regtest" }, none)))).toMatchObject({
      status: "unknown",
      cure: null,
    });
  });

  it("that are all inbound are unusual on a public chain, and nothing is wrong on regtest", () => {
    const inbound = { in: 2, out: 0 };
    expect(peersOf(pictureOf([], says({}, inbound)))).toMatchObject({
      status: "warning",
      message: "All 2 peers are inbound: the node chose none of them itself",
    });
    expect(peersOf(pictureOf([], says({}, { in: 1, out: 0 })))?.message).toBe(
      "The only peer is inbound: the node chose none itself",
    );
    expect(peersOf(pictureOf([], says({ chain: "regtest" }, inbound)))).toMatchObject({
      status: "ok",
      message: "0 outbound and 2 inbound peers",
    });
  });

  it("without RPC are called seen", () => {
    const picture = pictureOf([message("inbound", 1, 3, "ping")]);
    expect(peersOf(picture)?.message).toBe("1 outbound and 0 inbound peers seen");
    expect(picture.status().headline.message).toBe("1 peer seen");
  });
});

describe("the headline", () => {
  const release =
    "This is a pre-release test build - use at your own risk - do not use for mining or merchant applications";

  it("is ok on a test build, whose warning is among the findings", () => {
    const { headline, health } = pictureOf(
      [block("114a", 0)],
      says({ warnings: [release] }),
    ).status();
    expect(headline.status).toBe("ok");
    expect(health).toContainEqual({
      ...{ status: "unknown", topic: "chain", cure: null },
      message: `The node warns: ${release}`,
    });
  });

  it("has the number and topics of the other warnings", () => {
    const warnings = [release, "Unknown new rules activated", "Your clock is wrong"];
    const { headline } = pictureOf(
      [block("114a", 0)],
      says({ warnings }, { in: 0, out: 0 }),
    ).status();
    expect(headline).toEqual({
      status: "problem",
      message: "No peers: the node receives nothing new; 2 more warnings: chain",
    });
    const one = pictureOf(
      [block("114a", 0)],
      says({ warnings: ["A"] }, { in: 3, out: 0 }),
    ).status();
    expect(one.headline.message).toBe("The node warns: A; 1 more warning: peers");
  });

  it("is ok on a regtest node without new blocks", () => {
    const chain = { chain: "regtest", initial_block_download: true, verification_progress: 1 };
    const picture = pictureOf([block("100a", 0)], says(chain));
    picture.advance(BEGIN + 3 * 3600_000);
    expect(picture.status().headline.status).toBe("ok");
    const other = pictureOf([block("100a", 0)], says({}));
    other.advance(BEGIN + 3 * 3600_000);
    expect(other.status().headline.message).toMatch(/^No block for 180 minutes/);
  });
});

describe("the chain's height", () => {
  it("is never above the known headers", () => {
    const chain = pictureOf([block("114a", 0)], says({ height: 113, headers: 113 })).view(
      "overview",
    ).chain;
    expect(chain).toMatchObject({ height: 114, headers: 114 });
  });

  it("is the RPC value when it is above that of events", () => {
    const picture = pictureOf([block("114a", 0)], says({ height: 120, headers: 121 }));
    expect(picture.view("overview").chain).toMatchObject({ height: 120, headers: 121 });
    expect(picture.status().height).toBe(120);
  });
});
