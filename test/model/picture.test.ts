import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CorelensError } from "../../src/errors.ts";
import type { RawEvent } from "../../src/event/event.ts";
import { NOTHING } from "../../src/event/loss.ts";
import { SCALES } from "../../src/model/history.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { SECTIONS } from "../../src/model/sections.ts";
import { BEGIN, event, eventsOf, KINDS, message } from "./events.ts";

function pictureOf(events: readonly RawEvent[]): NodeModel {
  const picture = new NodeModel(BEGIN);
  picture.learn(KINDS);
  for (const each of events) picture.see(each);
  return picture;
}

const MINUTES = eventsOf(180);

describe("the model of a simulated node", () => {
  const picture = pictureOf(MINUTES);
  const count = (name: string, passes: (event: RawEvent) => boolean = () => true): number =>
    MINUTES.filter((each) => each.tracepoint === name && passes(each)).length;

  it("counts messages and their bytes by type and direction", () => {
    const { traffic } = picture.view("overview");
    expect(traffic.types.length).toBeGreaterThan(10);
    for (const { type, in: received, out: sent } of traffic.types) {
      const isOf = (each: RawEvent): boolean => each.msg_type === type;
      expect(received.messages, type).toBe(count("net:inbound_message", isOf));
      expect(sent.messages, type).toBe(count("net:outbound_message", isOf));
    }
    const bytes = MINUTES.filter(({ tracepoint }) => tracepoint === "net:inbound_message")
      .map(({ size }) => Number(size))
      .reduce((a, b) => a + b);
    expect(traffic.types.reduce((sum, { in: flow }) => sum + flow.bytes, 0)).toBe(bytes);
  });

  it("counts what enters and leaves the mempool, by reason", () => {
    const view = picture.view("mempool");
    expect(view.added).toBe(count("mempool:added"));
    expect(view.replaced).toBe(count("mempool:replaced"));
    expect(view.removed.find(({ reason }) => reason === "block")?.count).toBe(
      count("mempool:removed", ({ reason }) => reason === "block"),
    );
    const rejected = view.rejected.reduce((sum, { count }) => sum + count, 0);
    expect(rejected).toBe(count("mempool:rejected"));
  });

  it("counts coins and keeps flushes", () => {
    const { changes, flushed, flushes } = picture.view("coins");
    expect(changes.add.count).toBe(count("utxocache:add"));
    expect(changes.spent.count).toBe(count("utxocache:spent"));
    expect(flushed).toBe(count("utxocache:flush"));
    expect(flushes[0]?.duration).toBeGreaterThan(0);
  });

  it("keeps the last blocks, each with its messages", () => {
    const { connected, blocks } = picture.view("blocks");
    expect(connected).toBe(count("validation:block_connected"));
    expect(blocks.length).toBe(connected);
    expect(blocks.every(({ messages }) => messages.length > 0)).toBe(true);
  });

  it("has the connected peers", () => {
    const open = new Set<unknown>();
    for (const { tracepoint, peer_id } of MINUTES) {
      if (/(in|out)bound_(connection|message)$/.test(tracepoint)) open.add(peer_id);
      if (tracepoint === "net:closed_connection") open.delete(peer_id);
    }
    const { peers } = picture.view("peers");
    const shown = peers.filter(({ closed }) => closed === null).map(({ id }) => id);
    expect(shown.sort()).toEqual([...open].sort());
  });

  it("has the payments of a wallet", () => {
    const { selections, payments } = picture.view("wallet");
    expect(selections).toBe(count("coin_selection:selected_coins"));
    expect(
      payments.some(({ success, avoidsPartialSpends }) => success && avoidsPartialSpends),
    ).toBe(true);
  });

  it("is the same whenever the same events are seen", () => {
    const again = pictureOf(MINUTES);
    for (const section of SECTIONS) expect(again.view(section)).toEqual(picture.view(section));
    expect(again.status()).toEqual(picture.status());
  });

  it("has in its charts what it has in its counts", () => {
    picture.advance(picture.now + 1000);
    for (const scale of ["5m", "1h"] as const) {
      const later = pictureOf(MINUTES);
      later.advance(later.now + SCALES[scale].step);
      const { columns } = later.excerpt("overview", scale, 0);
      const sum = columns["mempool.added"]!.reduce((a, b) => a + b, 0);
      expect(sum, scale).toBe(count("mempool:added"));
    }
  });
});

describe("a peer", () => {
  it("is timed from our ping to its pong", () => {
    const { peers } = pictureOf([
      message("outbound", 100, 5, "ping", 8),
      message("inbound", 142, 5, "pong", 8),
    ]).view("peers");
    expect(peers[0]?.ping).toBe(42);
  });

  it("that was evicted is marked when it is closed", () => {
    const { peers, evicted } = pictureOf([
      event("net:evicted_inbound_connection", 0, {
        peer_id: 5,
        address: "a",
        connection_type: "inbound",
      }),
      event("net:closed_connection", 10, { peer_id: 5, address: "a", connection_type: "inbound" }),
    ]).view("peers");
    expect(evicted).toBe(1);
    expect(peers[0]).toMatchObject({ evicted: true, closed: BEGIN + 10 });
  });

  it("is gone with the node's process", () => {
    const picture = pictureOf([message("inbound", 100, 5, "tx")]);
    picture.see({ tracepoint: "corelens:ended", time: BEGIN + 200, pid: 42 });
    expect(picture.view("peers").peers[0]?.closed).toBe(BEGIN + 200);
    expect(picture.status().headline).toMatchObject({ status: "problem" });
    expect(picture.status().headline.message).toContain("The node ended (pid 42)");
  });

  it("stays gone when its program is replaced, until a process runs that", () => {
    const picture = pictureOf([]);
    const attached = { tracepoint: "corelens:attached", binary: "/b", tracepoints: 20 } as const;
    picture.see({ ...attached, time: BEGIN, pid: 42 });
    picture.see({ tracepoint: "corelens:ended", time: BEGIN + 200, pid: 42 });
    picture.see({ ...attached, time: BEGIN + 300, pid: 42 });
    expect(picture.status().stream.state).toBe("ended");
    picture.see({ ...attached, time: BEGIN + 400, pid: 43 });
    expect(picture.status().stream.state).toBe("attached");
  });

  it.each([
    [
      "a node with the data directory /a",
      "waiting for a node with the data directory /a to be started",
    ],
    [null, "nothing more is traced"],
    [undefined, "waiting for it to come back"],
  ])("is gone, and the headline says what is waited for: %j", (awaited, text) => {
    const picture = pictureOf([]);
    const ended = { tracepoint: "corelens:ended", time: BEGIN + 200, pid: 42 } as const;
    picture.see(awaited === undefined ? ended : { ...ended, awaited });
    expect(picture.status().headline.message).toContain(text);
  });
});

describe("hostile events", () => {
  it("cannot make the model grow", () => {
    const picture = new NodeModel(BEGIN);
    for (let i = 0; i < 20_000; i++) {
      picture.see(message("inbound", i, i, `evil${i}`));
      picture.see(event("mempool:rejected", i, { txid: "00", reason: `reason ${i}` }));
      picture.see(event("mempool:removed", i, { txid: "00", reason: `reason ${i}` }));
      picture.see(event("mempool:replaced", i, { replacement_id: `${i}` }));
      picture.see(event("utxocache:flush", i, { mode: i }));
      picture.see(
        event("coin_selection:selected_coins", i, { wallet: `w${i}`, algorithm: `a${i}` }),
      );
    }
    for (const section of SECTIONS) {
      expect(JSON.stringify(picture.view(section)).length, section).toBeLessThan(600_000);
    }
    picture.advance(BEGIN + 30_000);
    for (const section of SECTIONS) {
      const { columns } = picture.excerpt(section, "5m", 0);
      expect(Object.keys(columns).length, section).toBeLessThan(100);
    }
    expect(picture.view("peers").omitted).toBeGreaterThan(0);
    expect(picture.view("overview").traffic.types.length).toBeLessThan(20);
  });

  it("of any form are accepted", () => {
    const names = fc.constantFrom(...KINDS.map(({ name }) => name), "other:thing");
    const fields = fc.dictionary(
      fc.constantFrom(...KINDS.flatMap(({ fields }) => fields.map(({ name }) => name)), "arg0"),
      fc.oneof(
        fc.string(),
        fc.integer(),
        fc.double(),
        fc.bigInt(),
        fc.boolean(),
        fc.constant(null),
      ),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.nat(100_000), fields), { maxLength: 40 }), (hits) => {
        const picture = pictureOf(hits.map(([name, at, values]) => event(name, at, values)));
        for (const section of SECTIONS) JSON.stringify(picture.view(section));
        JSON.stringify(picture.status());
      }),
    );
  });
});

describe("health", () => {
  it("reports an obstacle first", () => {
    const obstacle = new CorelensError("NO_PERMISSION", "no rights", "sudo").problem;
    const { headline, health } = new NodeModel(BEGIN, obstacle).status();
    expect(headline).toEqual({ status: "problem", message: "Nothing is traced: no rights" });
    expect(health[0]?.cure).toBe("sudo");
  });

  it("names the node that it waits for", () => {
    const picture = new NodeModel(BEGIN);
    picture.see({
      tracepoint: "corelens:error",
      time: BEGIN,
      code: "NODE_NOT_FOUND",
      message: "no running node was found",
    });
    expect(picture.status().headline.message).toBe("Waiting for a node: no running node was found");
  });

  it("warns of recent losses and mentions older ones", () => {
    const picture = pictureOf(MINUTES.slice(0, 50));
    const tally = { ...NOTHING, delivered: 90, lost: 10 };
    picture.measure(new Map([["net:inbound_message", tally]]), null);
    picture.see({
      tracepoint: "corelens:lost",
      time: picture.now,
      lost_tracepoint: "net:inbound_message",
      lost: 10,
    });
    const messages = (): string[] => picture.status().health.map(({ message }) => message);
    expect(messages()).toContain("10 of 100 events were lost");
    picture.advance(picture.now + 120_000);
    expect(messages()).toContain("10 of 100 events were lost, none of them lately");
  });

  it("warns when no block came for a long time", () => {
    const picture = pictureOf(MINUTES);
    picture.advance(picture.now + 60 * 60_000);
    expect(picture.status().headline).toMatchObject({ status: "warning" });
    expect(picture.status().headline.message).toMatch(/^No block for 6\d minutes/);
  });

  it("includes the warnings of the node", () => {
    const picture = pictureOf(MINUTES);
    picture.hear({
      availability: { status: "up", problem: null },
      chain: {
        chain: "main",
        height: 5,
        headers: 9,
        block_time: 0,
        verification_progress: 0.5,
        initial_block_download: true,
        warnings: ["Unknown new rules activated"],
      },
      network: {
        user_agent: "/Satoshi:31.0.0/",
        active: true,
        connections_in: 3,
        connections_out: 0,
      },
      mempool: null,
      peers: null,
    });
    const messages = picture.status().health.map(({ message }) => message);
    expect(messages).toContain("Still catching up: 50.0 % of the chain verified");
    expect(messages).toContain("The node warns: Unknown new rules activated");
    expect(messages).toContain("All 3 peers are inbound: the node chose none of them itself");
  });

  it("is one sentence when there is no problem", () => {
    const picture = pictureOf(MINUTES);
    const block = /(less than a minute|a minute|\d+ minutes) ago/;
    const { headline } = picture.status();
    expect(headline.status).toBe("ok");
    expect(headline.message).toMatch(/^\d+ peers seen, last block/);
    expect(headline.message).toMatch(block);
    expect(headline.message).toMatch(/, mempool (growing|shrinking|steady)$/);
    picture.hear({
      availability: { status: "up", problem: null },
      chain: {
        chain: "main",
        height: 900_000,
        headers: 900_000,
        block_time: 0,
        verification_progress: 1,
        initial_block_download: false,
        warnings: [],
      },
      network: { user_agent: null, active: true, connections_in: 2, connections_out: 8 },
      mempool: null,
      peers: null,
    });
    expect(picture.status().headline.message).toMatch(/^In sync, 10 peers, last block/);
    expect(picture.view("overview").chain).toMatchObject({ headers: 930_004, isSyncing: false });
  });

  it("claims nothing before the first data", () => {
    const picture = new NodeModel(BEGIN);
    picture.see(event("other:thing", 0, {}));
    expect(picture.status().headline).toEqual({ status: "ok", message: "Events are arriving" });
  });
});

it("health mentions disabled tracepoints until they are enabled again", () => {
  const picture = new NodeModel(0);
  const changeSettings = (off: string[]) =>
    picture.see({ tracepoint: "corelens:settings", time: 1, off, peers: [] });
  const messages = () => picture.status().health.map(({ message }) => message);
  changeSettings(["utxocache:add", "utxocache:spent"]);
  expect(messages()).toContainEqual(expect.stringMatching(/^2 tracepoints disabled/));
  changeSettings([]);
  expect(messages().join()).not.toContain("disabled");
});
