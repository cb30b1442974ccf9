import { expect, it } from "vitest";
import { NodeModel } from "../../src/model/node-model.ts";
import {
  MAX_MESSAGES,
  MessageHistory,
  TypeNumbers,
} from "../../src/model/peers/message-history.ts";
import { BEGIN, KINDS, message } from "./events.ts";

it("keeps the last messages of a peer, newest first", () => {
  const history = new MessageHistory(new TypeNumbers());
  for (let i = 0; i < MAX_MESSAGES + 50; i++) {
    history.add({
      time: BEGIN + i,
      direction: i % 2 ? "in" : "out",
      type: `type${i % 7}`,
      size: i,
    });
  }
  const messages = history.list();
  expect(messages).toHaveLength(MAX_MESSAGES);
  expect(messages[0]).toEqual({ time: BEGIN + 249, direction: "in", type: "type4", size: 249 });
  expect(messages.at(-1)).toEqual({ time: BEGIN + 50, direction: "out", type: "type1", size: 50 });
});

it("tells a thousand types apart, whatever peers call theirs", () => {
  const types = new TypeNumbers();
  for (let i = 0; i < 5000; i++) types.numberOf(`type${i}`);
  expect(types.nameOf(types.numberOf("type7"))).toBe("type7");
  expect(types.nameOf(types.numberOf("type4999"))).toBe("(other)");
});

it("belongs to a connection, not to a number that another takes later", () => {
  const picture = new NodeModel(BEGIN);
  picture.learn(KINDS);
  picture.see(message("inbound", 1, 3, "ping", 8));
  picture.see(message("outbound", 2, 3, "pong", 8));
  expect(picture.messagesOf(3).map(({ type }) => type)).toEqual(["pong", "ping"]);
  expect(picture.messagesOf(4)).toEqual([]);
  const opened = { ...message("inbound", 3, 3, ""), tracepoint: "net:inbound_connection" };
  picture.see(opened);
  expect(picture.messagesOf(3)).toEqual([]);
});
