import type { Field } from "../contract/types.ts";
import { counted } from "../counted.ts";
import type { EventKind } from "../session/event-source.ts";
import {
  awaitedText,
  isNotice,
  type LimitedNotice,
  type Notice,
  type SteeredNotice,
  type StreamEvent,
} from "../session/notice.ts";
import { type Paint, painter } from "./paint.ts";

/**
 * An event as one line for people:
 *
 *     07:33:08.703622  mempool:added  txid=bbfb…1f74 vsize=141 vB fee=1410 sat  b-msghand
 *
 * What a peer chose to write may hold control characters; they are shown as `\xNN` and never reach the terminal.
 */
export class EventText {
  readonly #paint: Paint;
  readonly #fields = new Map<string, readonly Field[]>();
  /** Of the longest name so far. */
  #width = 0;

  constructor(colour: boolean) {
    this.#paint = painter(colour);
  }

  /** To be called when the source has new kinds. */
  learn(kinds: readonly EventKind[]): void {
    for (const { name, fields } of kinds) this.#fields.set(name, fields);
  }

  line(event: StreamEvent): string {
    const paint = this.#paint;
    const time = paint("faint", clockTime(event.time));
    if (isNotice(event)) return `${time}  ${paint("warning", noticeText(event))}`;
    this.#width = Math.max(this.#width, event.tracepoint.length);
    const name = paint("name", event.tracepoint.padEnd(this.#width));
    const known = this.#fields.get(event.tracepoint) ?? [];
    const fields = known
      .filter(({ name }) => name in event)
      .map(
        (field) => `${paint("faint", `${field.name}=`)}${this.#value(event[field.name], field)}`,
      );
    const flaws = [
      ...(event.truncated ?? []).map((field) => `${field} was cut`),
      ...(event.unreadable ?? []).map((field) => `${field} could not be read`),
    ];
    const flaw = flaws.length > 0 ? `  ${paint("warning", flaws.join(", "))}` : "";
    const thread = paint("faint", printable(event.thread ?? `thread ${event.tid}`));
    return `${time}  ${name}  ${fields.join(" ")}${flaw}  ${thread}`;
  }

  #value(value: unknown, field: Field): string {
    if (value instanceof Uint8Array) return Buffer.from(value).toString("hex") || "(empty)";
    if (typeof value !== "string" && field.unit && !field.name.endsWith(`_${field.unit}`)) {
      return `${value}${this.#paint("faint", ` ${field.unit}`)}`;
    }
    return printable(value === "" ? '""' : String(value));
  }
}

/** What a notice says, in a sentence. */
export function noticeText(notice: Notice): string {
  switch (notice.tracepoint) {
    case "corelens:attached": {
      const node = notice.node === null ? "every process that runs it" : `pid ${notice.node}`;
      return `attached to ${counted(notice.tracepoints, "tracepoint")} of ${printable(notice.binary)} (${node})`;
    }
    case "corelens:ended":
      return `the node (pid ${notice.node}) ended; ${printable(awaitedText(notice.awaited))}`;
    case "corelens:lost":
      return `${counted(notice.lost, "event")} of ${notice.lost_tracepoint} lost: the reader was too slow`;
    case "corelens:limited":
      return limitsText(notice);
    case "corelens:steered":
      return steeringText(notice);
    case "corelens:trouble":
      return `${notice.code}: ${printable(notice.message)}`;
  }
}

function limitsText({ sample, rate }: LimitedNotice): string {
  const limits = [
    ...(sample === null ? [] : [`one event in ${sample}`]),
    ...(rate === null ? [] : [`at most ${rate} a second of each tracepoint`]),
  ];
  return `not everything is shown: ${limits.join(", ")}`;
}

function steeringText({ off, peers }: SteeredNotice): string {
  const parts = [
    off.length === 0
      ? "everything is traced"
      : `not traced for now: ${off.map(printable).join(", ")}`,
    ...(peers.length === 0 ? [] : [`messages of peer ${peers.join(", ")} are read whole`]),
  ];
  return parts.join("; ");
}

/** Control characters, and those that change the direction of text. */
export const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu;

/** Text without anything that a terminal would act upon. */
export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** `07:33:08.703622`, local time. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  const micros = Math.floor((ms % 1000) * 1000);
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${seconds}.${String(micros).padStart(6, "0")}`;
}
