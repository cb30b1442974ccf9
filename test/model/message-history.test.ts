import { expect, it } from "vitest";
import { NodeModel } from "../../src/model/node-model.ts";
import { MessageHistory, TextNumbers } from "../../src/model/peers/message-history.ts";
import { BEGIN, event, KINDS, message } from "./events.ts";

it("a history keeps the last entries of a connection, oldest first", () => {
  const history = new MessageHistory(200, new TextNumbers());
  for (let i = 0; i < 250; i++) {
    const direction = i % 2 ? "in" : "out";
    history.add({ time: BEGIN + i, direction, text: `type${i % 7}`, size: i });
  }
  history.add({ time: BEGIN + 250, direction: null, text: "closed", size: 0 });
  const entries = history.list();
  expect(entries).toHaveLength(200);
  expect(entries[0]).toEqual({ time: BEGIN + 51, direction: "in", text: "type2", size: 51 });
  expect(entries.at(-1)).toEqual({ time: BEGIN + 250, direction: null, text: "closed", size: 0 });
});

it("texts are numbered up to a limit, and known message types beyond it", () => {
  const texts = new TextNumbers();
  for (let i = 0; i < 5000; i++) texts.numberOf(`type${i}`);
  expect(texts.textOf(texts.numberOf("type7"))).toBe("type7");
  expect(texts.textOf(texts.numberOf("type4999"))).toBe("(other)");
  expect(texts.textOf(texts.numberOf("inv"))).toBe("inv");
});

it("a history belongs to a connection, not to a number that another connection has later", () => {
  const model = new NodeModel(BEGIN);
  model.learn(KINDS);
  model.see(message("inbound", 1, 3, "ping", 8));
  model.see(message("outbound", 2, 3, "pong", 8));
  expect(model.historyOf(3).map(({ text }) => text)).toEqual(["ping", "pong"]);
  expect(model.historyOf(4)).toEqual([]);
  model.see(event("net:closed_connection", 3, { peer_id: 3 }));
  model.see(event("net:inbound_connection", 4, { peer_id: 3 }));
  expect(model.historyOf(3).map(({ text }) => text)).toEqual(["connected"]);
});
