import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { ClientOptions } from "ws";
import { TICK_MS } from "../../src/dashboard/hub.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import type { Section } from "../../src/model/sections.ts";
import { until } from "../helpers/stream.ts";
import { BEGIN, message } from "../model/events.ts";
import { NO_COUNT } from "./no-count.ts";
import { type Browser, Serving } from "./serving.ts";

const COUNT = { ...NO_COUNT, tracepoints: ["net:*_message"] };

const pings = (count: number) =>
  Array.from({ length: count }, (_, i) => message("inbound", i, i, "ping", 8));

/** What a page shows, as it arrives there. */
const viewOf = ({ picture }: Serving, section: Section) =>
  JSON.parse(JSON.stringify(picture.view(section)));

describe("a browser", () => {
  const overview = { show: { section: "overview", scale: "5m" } };

  it("receives the view at once, then its changes", async () => {
    const serving = await Serving.begin();
    const browser = await serving.open();
    expect(await browser.next("hello")).toMatchObject({ subject: { kind: "node" } });
    browser.send(overview);
    const first = await browser.next("view");
    expect(first).toMatchObject({ section: "overview", isWholeChart: true });
    serving.picture.advance(serving.picture.now + 2000);
    tick(serving, 2);
    const second = (await browser.next("view")) as {
      chart: { length: number };
      isWholeChart: boolean;
    };
    expect(second.isWholeChart).toBe(false);
    expect(second.chart.length).toBe(2);
  });

  it("receives only what changed, and nothing when nothing did", async () => {
    const serving = await Serving.begin();
    const browser = await serving.open();
    await browser.next("hello");
    browser.send({ show: { section: "peers", scale: "5m" } });
    const { document } = await browser.next("view");
    const wholeLength = JSON.stringify(document).length;
    tick(serving, 20);
    serving.picture.see(message("inbound", 61_000, 3, "ping", 8));
    tick(serving, 2);
    const change = await browser.next("view");
    expect(JSON.stringify(change.patch).length).toBeLessThan(wholeLength / 10);
    expect(browser.shown?.document.view).toEqual(viewOf(serving, "peers"));
    expect(browser.messages).toEqual([]);
  });

  it("that lacks the document of a patch gets a whole one when it asks again", async () => {
    const serving = await Serving.begin();
    const browser = await serving.open();
    browser.send(overview);
    const { number } = await browser.next("view");
    for (const lost of [null, { ...browser.shown!, number: Number(number) - 1 }]) {
      browser.shown = lost;
      serving.picture.advance(serving.picture.now + 1000);
      tick(serving, 2);
      expect((await browser.next("view")).document).toBeUndefined();
      browser.send(overview);
      expect(await browser.next("view")).toMatchObject({ isWholeChart: true });
      expect(browser.shown?.document.view).toEqual(viewOf(serving, "overview"));
    }
  });

  it("gets compressed messages if it is on another machine", async () => {
    const serving = await Serving.begin();
    const received = async (options: ClientOptions) => {
      const browser = await serving.open({}, undefined, options);
      browser.send({ show: { section: "peers", scale: "5m" } });
      await browser.next("view");
      return { compression: browser.socket.extensions, bytes: rawSocketOf(browser).bytesRead };
    };
    const here = await received({});
    const elsewhere = await received({ localAddress: "127.0.0.2" });
    expect(here.compression).toBe("");
    expect(elsewhere.compression).toContain("permessage-deflate");
    expect(elsewhere.bytes).toBeLessThan(here.bytes / 2);
  });

  it("gets the events that pass its query, and the number of those not shown", async () => {
    const serving = await Serving.begin();
    const browser = await serving.open();
    browser.send({ tail: { tracepoints: ["net:*"], where: 'msg_type == "ping" && size < 10' } });
    await until("the tail is set", () => hasTail(serving));
    serving.hub.see([...pings(80), message("inbound", 90, 1, "tx", 8)]);
    tick(serving, 1);
    const tail = await browser.next("tail");
    expect(tail.counts).toEqual({ matched: 80, skipped: 30, untested: 0 });
    expect(tail.events).toHaveLength(50);
    expect((tail.events as object[])[0]).toMatchObject({ msg_type: "ping", peer_id: 0 });
  });

  it("gets recent events that pass its query once, then live events", async () => {
    const serving = await Serving.begin();
    serving.hub.see([...pings(30), message("inbound", 90, 1, "tx", 8)]);
    const browser = await serving.open();
    browser.send({ tail: { tracepoints: ["net:*"], where: 'msg_type == "ping" && size < 10' } });
    const parts = [await browser.next("past")];
    // A slow machine searches in several steps.
    for (let at = 2; !parts.at(-1)!.isWhole; at++) {
      tick(serving, at);
      parts.push(await browser.next("past"));
    }
    expect(parts.map(({ isFirst }) => isFirst)).toEqual(parts.map((_, index) => index === 0));
    expect(parts.at(-1)).toMatchObject({ matched: 30 });
    const events = parts.flatMap((part) => part.events as { time: number }[]);
    expect(events.map(({ time }) => time)).toEqual(
      pings(30)
        .map(({ time }) => time)
        .reverse(),
    );
    serving.hub.see(pings(2));
    tick(serving, 100);
    expect(await browser.next("tail")).toMatchObject({ counts: { matched: 2 } });
    expect(browser.messages.filter(({ type }) => type === "past")).toEqual([]);
  });

  it("gets the last messages of a peer whose conversation it opens", async () => {
    const serving = await Serving.begin();
    const seen = [
      message("inbound", 61_000, 777, "ping", 8),
      message("outbound", 61_001, 777, "pong", 9),
    ];
    for (const event of seen) serving.picture.see(event);
    const browser = await serving.open();
    browser.send({ tail: { tracepoints: ["net:*_message"], where: "peer_id == 777", peer: 777 } });
    const { events } = await browser.next("past");
    expect(events).toMatchObject([
      { tracepoint: "net:outbound_message", msg_type: "pong", size: 9 },
      { tracepoint: "net:inbound_message", msg_type: "ping", size: 8 },
    ]);
  });

  it("gets the messages of a peer by type, again when they change", async () => {
    const serving = await Serving.begin();
    for (let i = 0; i < 3; i++) serving.picture.see(message("inbound", 61_000, 777, "ping", 8));
    const browser = await serving.open();
    browser.send({ tail: { tracepoints: ["net:*_message"], where: "peer_id == 777", peer: 777 } });
    expect(await browser.next("tail")).toMatchObject({ details: { types: [["ping", 3, 0, 0]] } });
    tick(serving, 1);
    expect(await browser.next("tail")).not.toHaveProperty("details");
    serving.picture.see(message("outbound", 61_001, 777, "pong", 8));
    tick(serving, 1);
    const types = [
      ["ping", 3, 0, 0],
      ["pong", 0, 1, 0],
    ];
    const effects = { added: 0, rejected: [], connected: 0 };
    expect(await browser.next("tail")).toMatchObject({ details: { types, effects } });
    const { payload } = await serving.app.inject("/api/peers/777");
    expect(JSON.parse(payload)).toEqual({ types, effects });
  });

  it("that searches recent events again and again does not delay others", async () => {
    const serving = await Serving.begin();
    for (let i = 0; i < 300; i++) serving.hub.see(pings(1000));
    const browser = await serving.open();
    // The maximum number of commands between two ticks.
    const wish = { tail: { tracepoints: [], where: "size > 1 && size < 9" } };
    for (let i = 0; i < 8; i++) browser.send(wish);
    await until(
      "all were taken",
      () => browser.messages.filter(({ type }) => type === "past").length === 8,
    );
    const whole = browser.messages.filter(({ isWhole }) => isWhole);
    expect(whole.length).toBeLessThan(2);
    for (let i = 0; i < 200; i++) tick(serving, 1, i);
    await until("the last is answered", () =>
      browser.messages.some(({ isWhole }) => isWhole === true),
    );
    const parts = browser.messages.filter(({ type }) => type === "past");
    expect(parts.at(-1)).toMatchObject({ matched: 300_000, isWhole: true });
  }, 30_000);

  it("gets the error of a query and its place", async () => {
    const browser = await (await Serving.begin()).open();
    browser.send({ tail: { tracepoints: ["net:inbound_message"], where: "sizes > 3" } });
    expect(await browser.next("refused")).toMatchObject({
      code: "QUERY_TYPE",
      excerpt: ["sizes > 3", "^^^^^"],
    });
    browser.send({ tail: { tracepoints: ["net:inbuond_message"], where: null } });
    expect(await browser.next("refused")).toMatchObject({ code: "TRACEPOINT_UNKNOWN" });
  });

  it("gets a count of the events that pass its query, each second", async () => {
    const serving = await Serving.begin();
    const browser = await serving.open();
    browser.send({ count: { ...COUNT, by: ["msg_type"], sum: ["size"], where: "size < 50" } });
    expect(await browser.next("count")).toMatchObject({ counted: 0, groups: [] });
    serving.hub.see([...pings(3), message("inbound", 90, 1, "tx", 51)]);
    serving.picture.advance(serving.picture.now + 2000);
    tick(serving, 4);
    expect(await browser.next("count")).toMatchObject({
      by: ["msg_type"],
      columns: [{ statistic: "sum", text: "size", unit: "B" }],
      groups: [{ key: ["ping"], count: 3, rate: 1.5, values: [24] }],
      counted: 3,
    });
  });

  it("gets the error of a count and its place", async () => {
    const browser = await (await Serving.begin()).open();
    const refusalOf = async (more: object) => {
      browser.send({ count: { ...COUNT, ...more } });
      return browser.next("refused");
    };
    expect(await refusalOf({ sum: ["sizes / 2"] })).toMatchObject({
      code: "QUERY_TYPE",
      excerpt: ["sizes / 2", "^^^^^"],
    });
    expect(await refusalOf({ sum: ["size /"] })).toMatchObject({ code: "QUERY_SYNTAX" });
    expect(await refusalOf({ by: ["msg_typ"] })).toMatchObject({
      code: "QUERY_TYPE",
      cure: "did you mean msg_type?",
    });
    expect(await refusalOf({ histogram: "size:5:1:1" })).toMatchObject({ code: "USAGE" });
    expect(await refusalOf({ where: "sizes > 1" })).toMatchObject({ code: "QUERY_TYPE" });
    expect(await refusalOf({ tracepoints: ["nte:*"] })).toMatchObject({
      code: "TRACEPOINT_UNKNOWN",
    });
  });

  it("gets a count from zero when a recording is played from the beginning", async () => {
    const serving = await Serving.begin();
    const browser = await serving.open();
    browser.send({ count: COUNT });
    await browser.next("count");
    serving.hub.see(pings(3));
    serving.hub.replaceModel(new NodeModel(BEGIN));
    serving.hub.see(pings(2));
    tick(serving, 4);
    expect(await browser.next("count")).toMatchObject({ counted: 2 });
  });

  it("is refused more than the maximum number of running queries", async () => {
    const serving = await Serving.begin();
    const browsers = await Promise.all(Array.from({ length: 9 }, () => serving.open()));
    for (const browser of browsers) browser.send({ tail: { tracepoints: [], where: null } });
    await until("one is refused", () =>
      browsers.some(({ messages }) => messages.some(({ type }) => type === "refused")),
    );
  });

  it("that sends invalid commands is disconnected", async () => {
    const serving = await Serving.begin();
    const nonsense: unknown[] = [
      "{",
      "[]1",
      JSON.stringify({ show: { section: "__proto__", scale: "5m" } }),
      JSON.stringify({ show: { section: "overview", scale: "constructor" } }),
      JSON.stringify({ tail: { tracepoints: "net", where: null } }),
      JSON.stringify({ tail: { tracepoints: [], where: {} } }),
      "null",
      JSON.stringify({ play: { speed: 3 } }),
      JSON.stringify({ play: null }),
      JSON.stringify({ count: [] }),
      JSON.stringify({ count: { ...COUNT, by: ["x".repeat(301)] } }),
      JSON.stringify({ count: { ...COUNT, sum: Array(9).fill("size") } }),
      JSON.stringify({ count: { ...COUNT, max: "size" } }),
      JSON.stringify({ count: { ...COUNT, histogram: 1 } }),
      JSON.stringify({ count: { ...COUNT, where: 1 } }),
    ];
    for (const text of nonsense) {
      const browser = await serving.open();
      browser.send(text);
      await until(String(text), () => browser.closed !== null);
      expect(browser.closed, String(text)).toBe(1008);
    }
  });

  it("that sends too many commands is disconnected", async () => {
    const browser = await (await Serving.begin()).open();
    for (let i = 0; i < 30; i++) browser.send(overview);
    await until("it is disconnected", () => browser.closed !== null);
  });

  it("that sends huge or broken frames is disconnected, and others are not", async () => {
    const serving = await Serving.begin();
    const [huge, broken, other] = [
      await serving.open(),
      await serving.open(),
      await serving.open(),
    ];
    huge.send("x".repeat(100_000));
    rawSocketOf(broken).write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
    await until("both are gone", () => huge.closed !== null && broken.closed !== null);
    other.send(overview);
    await other.next("view");
  });

  it("that never reads is disconnected, and others are not", async () => {
    const serving = await Serving.begin();
    const [stuck, other] = [await serving.open(), await serving.open()];
    rawSocketOf(stuck).pause();
    for (const browser of [stuck, other]) {
      browser.send({ tail: { tracepoints: ["net:*"], where: null } });
    }
    await until("both tails are set", () => serving.hub.queries === 2);
    // Far more than the kernel buffers for it.
    for (let i = 0; i < 3000; i++) {
      serving.hub.see(pings(50));
      tick(serving, 2, i);
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const before = process.memoryUsage().external;
    for (let i = 0; i < 300; i++) {
      serving.hub.see(pings(50));
      tick(serving, 2, i);
    }
    expect(process.memoryUsage().external - before).toBeLessThan(50e6);
    await other.next("tail");
    tick(serving, 2, 200_000);
    tick(serving, 2, 300_000);
    rawSocketOf(stuck).resume();
    await until("it is disconnected", () => stuck.closed !== null);
  }, 60_000);

  it("gets the views while a thousand others are connected", async () => {
    const serving = await Serving.begin();
    const crowd = await Promise.all(Array.from({ length: 1000 }, () => serving.open()));
    const last = await serving.open();
    last.send(overview);
    await last.next("view");
    tick(serving, 4);
    expect(crowd.every(({ closed }) => closed === null)).toBe(true);
    const { statusCode } = await serving.app.inject({ url: "/", headers: { host: "localhost" } });
    expect(statusCode).toBe(200);
  }, 60_000);
});

/** Advances the time of the hub. */
function tick({ hub }: Serving, times: number, since = 0): void {
  for (let i = 0; i < times; i++) hub.tick(BEGIN + since + i * TICK_MS);
}

function hasTail({ hub }: Serving): boolean {
  return hub.queries > 0;
}

function rawSocketOf({ socket }: Browser): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}
