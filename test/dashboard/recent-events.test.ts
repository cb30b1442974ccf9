import { expect, it } from "vitest";
import { LookBack } from "../../src/dashboard/look-back.ts";
import { RecentEvents } from "../../src/dashboard/recent-events.ts";
import { BEGIN, type event, eventsOf, KINDS, message } from "../model/events.ts";

const ALL = { tracepoints: [], where: null };

function recentOf(events: readonly ReturnType<typeof event>[], maxBytes?: number): RecentEvents {
  const recent = new RecentEvents(maxBytes);
  recent.learn(KINDS);
  for (const each of events) recent.add(each);
  return recent;
}

/** All results of a complete search. */
function found(recent: RecentEvents, where: string | null) {
  const lookBack = new LookBack({ ...ALL, where }, recent, BEGIN + 60_000);
  lookBack.step(Number.POSITIVE_INFINITY);
  return lookBack.take();
}

it("a search finds recent events, newest first, and reports how far back it went", () => {
  const events = eventsOf(60);
  const recent = recentOf(events);
  const { matched, from, isWhole, events: shown } = found(recent, 'msg_type == "ping"');
  const pings = events.filter(({ msg_type }) => msg_type === "ping");
  expect(matched).toBe(pings.length);
  expect(from).toBe(events[0]!.time);
  expect(isWhole).toBe(true);
  expect(shown.map((text) => JSON.parse(text).ktime)).toEqual(
    pings.toReversed().map(({ ktime }) => ktime),
  );
});

it("every stored event is read back unchanged", () => {
  const events = eventsOf(60);
  const blocks = [...recentOf(events).blocks()].toReversed();
  expect(blocks.flatMap((block) => block.events)).toEqual(events);
});

it("the store has a maximum size and drops the oldest events", () => {
  const events = eventsOf(600);
  const recent = recentOf(events, 200_000);
  expect(recent.bytes).toBeLessThan(200_000 + 80_000);
  const { from, matched } = found(recent, null);
  expect(from).toBeGreaterThan(events[0]!.time);
  expect(matched).toBe(events.filter(({ time }) => time >= from!).length);
});

it("the store has no payloads", () => {
  const kind = {
    name: "net:inbound_message",
    fields: [
      ...KINDS.find(({ name }) => name === "net:inbound_message")!.fields,
      { name: "payload", type: "bytes" as const, meaning: "" },
    ],
  };
  const recent = new RecentEvents();
  recent.learn([kind]);
  for (let i = 0; i < 10; i++) {
    recent.add({
      ...message("inbound", i, 1, "tx"),
      payload: new Uint8Array(16_384),
      truncated: ["payload"],
    });
  }
  expect(recent.bytes).toBeLessThan(1000);
  const { events } = found(recent, "size == 100");
  expect(events).toHaveLength(10);
  expect(JSON.parse(events[0]!)).not.toHaveProperty("payload");
});

it("a search shows the newest of many matches and counts all", () => {
  const recent = recentOf(Array.from({ length: 900 }, (_, i) => message("inbound", i, i, "tx")));
  const { matched, events } = found(recent, null);
  expect(matched).toBe(900);
  expect(events).toHaveLength(200);
  expect(JSON.parse(events[0]!).peer_id).toBe(899);
});

it("a search covers the events stored at its start, each once", () => {
  const recent = recentOf([message("inbound", 1, 1, "tx")]);
  const lookBack = new LookBack(ALL, recent, BEGIN);
  recent.add(message("inbound", 2, 2, "tx"));
  lookBack.step(Number.POSITIVE_INFINITY);
  expect(lookBack.take().events.map((text) => JSON.parse(text).peer_id)).toEqual([1]);
});

it("a search continues where it stopped, and ends where events were dropped", () => {
  const events = eventsOf(600);
  const recent = recentOf(events, 200_000);
  const lookBack = new LookBack(ALL, recent, BEGIN);
  lookBack.step(performance.now());
  expect(lookBack.take()).toMatchObject({ matched: 0, from: null, isWhole: false });
  for (const each of events) recent.add(each);
  lookBack.step(Number.POSITIVE_INFINITY);
  expect(lookBack.take().isWhole).toBe(true);
});
