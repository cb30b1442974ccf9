import { jsonValue } from "../event/json.ts";
import type { ServerMessage } from "./protocol/messages.ts";
import { toWire } from "./protocol/wire.ts";

/** A value as JSON with the names of the wire. */
export function wireText(value: unknown): string {
  return documentText(toWire(value));
}

/** A value as JSON with its own names. */
function documentText(value: unknown): string {
  return JSON.stringify(value, jsonValue);
}

export function messageText(message: ServerMessage): string {
  return wireText(message);
}

type WithEvents = Extract<ServerMessage, { readonly type: "past" | "tail" }>;
type WithoutEvents<Message> = Message extends WithEvents ? Omit<Message, "events"> : never;

/** A message whose events are JSON already. */
export function eventsText(message: WithoutEvents<WithEvents>, events: readonly string[]): string {
  return `${wireText(message).slice(0, -1)},"events":[${events.join(",")}]}`;
}
