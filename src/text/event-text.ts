import type { Field } from "../contract/types.ts";
import type { RawEvent } from "../event/event.ts";
import type { EventKind } from "../event/kind.ts";
import {
  isNotice,
  type LimitedNotice,
  type Notice,
  type SettingsNotice,
  type StreamEvent,
  type UnpairedNotice,
  type UnreadableNotice,
  waitingText,
} from "../event/notice.ts";
import { counted } from "./counted.ts";
import { usualWidth, valueText } from "./field-text.ts";
import { groupedText } from "./format.ts";
import { type Paint, painter } from "./paint.ts";
import { printable } from "./printable.ts";

/**
 * An event as one line for people:
 *
 *     07:33:08.703622  mempool:added  txid=bbfb…1f74 vsize=141 vB fee=1410 sat  b-msghand
 *
 * Text from peers can contain control characters. They are printed as `\xNN` and never reach the terminal.
 */
export class EventText {
  readonly #paint: Paint;
  readonly #fields = new Map<string, readonly Field[]>();
  readonly #isAligned: boolean;
  readonly #widestName: number;
  /** Width of the name column, the same for all lines. */
  #width = 0;

  /**
   * @param columns of a terminal; null for a pipe or a file. A wide terminal aligns values in columns of their usual
   *   length
   */
  constructor(colour: boolean, columns: number | null = null) {
    this.#paint = painter(colour);
    this.#isAligned = columns !== null && columns >= ROOM;
    this.#widestName = columns === null || columns >= ROOM ? WIDEST_NAME : NARROW_NAME;
  }

  /** Indent of the further rows of a long line: below the name, or less on a narrow terminal. */
  get indent(): number {
    return this.#isAligned ? "07:33:08.703622  ".length : 8;
  }

  /** Call this when the source has new kinds. */
  learn(kinds: readonly EventKind[]): void {
    for (const { name, fields } of kinds) {
      this.#fields.set(name, fields);
      this.#width = Math.max(this.#width, Math.min(name.length, this.#widestName));
    }
  }

  line(event: StreamEvent): string {
    const paint = this.#paint;
    const time = paint("faint", clockTime(event.time));
    if (isNotice(event)) return `${time}  ${paint("warning", noticeText(event))}`;
    const name = paint("name", event.tracepoint.padEnd(this.#width));
    const known = this.#fields.get(event.tracepoint) ?? [];
    const fields = known
      .filter(({ name }) => isShown(event, name))
      .map(
        (field) => `${paint("faint", `${field.name}=`)}${this.#value(event[field.name], field)}`,
      );
    const flaws = [
      ...(event.truncated ?? []).map((field) => `${field} was cut`),
      ...(event.unreadable ?? []).map((field) => `${field} could not be read`),
    ];
    const flaw = flaws.length > 0 ? `  ${paint("warning", flaws.join(", "))}` : "";
    const thread = paint("faint", printable(event.thread ?? `thread ${event.tid}`));
    // Messages that the node captured itself have no thread.
    const end = event.tid === null ? "" : `  ${thread}`;
    return `${time}  ${name}  ${fields.join(" ")}${flaw}${end}`;
  }

  #value(value: unknown, field: Field): string {
    const { text, unit } = valueText(value, field);
    const length = text.length + (unit === null ? 0 : unit.length + 1);
    const room = this.#isAligned ? Math.max(0, usualWidth(field) - length) : 0;
    return `${text}${unit === null ? "" : this.#paint("faint", ` ${unit}`)}${" ".repeat(room)}`;
  }
}

/** A few wallet tracepoints have longer names; they would widen the column for all lines. */
const WIDEST_NAME = "validation:block_connected".length;
const NARROW_NAME = "net:outbound_message".length;
/** Columns of a wide terminal, at least. */
const ROOM = 100;

/** The line's remark lists unreadable fields, which are null. */
function isShown(event: RawEvent, name: string): boolean {
  return event[name] !== undefined && event[name] !== null;
}

/** A notice as a sentence. */
export function noticeText(notice: Notice): string {
  switch (notice.tracepoint) {
    case "corelens:attached": {
      const process = notice.pid === null ? runnersText(notice.running) : `pid ${notice.pid}`;
      return `attached to ${counted(notice.tracepoints, "tracepoint")} of ${printable(notice.binary)} (${process})`;
    }
    case "corelens:ended":
      return `the node (pid ${notice.pid}) ended; ${printable(waitingText(notice.awaited))}`;
    case "corelens:lost":
      return `${counted(notice.lost, "event")} of ${notice.lost_tracepoint} lost: ${
        notice.by === "recorder"
          ? "the recorder was too slow, or its disk full"
          : "the reader was too slow"
      }`;
    case "corelens:limited":
      return limitsText(notice);
    case "corelens:settings":
      return settingsText(notice);
    case "corelens:unreadable":
      return printable(unreadableText(notice));
    case "corelens:error":
      return `${notice.code}: ${printable(notice.message)}`;
    case "corelens:unpaired":
      return unpairedText(notice);
  }
}

/** `arg0 of demo:fl cannot be read at 1 of 2 sites: 8f@%xmm0: …` */
function unreadableText(notice: UnreadableNotice): string {
  const { unreadable_tracepoint, field, argument, reason, sites, of } = notice;
  const where = sites === of ? "" : ` at ${sites} of ${of} sites`;
  return `${field} of ${unreadable_tracepoint} cannot be read${where}: ${argument}: ${reason}`;
}

/** @param running undefined in recordings of corelens 0.1 */
function runnersText(running: number | undefined): string {
  if (running === undefined) return "every process that runs it";
  return running === 0
    ? "no process runs it yet"
    : `${counted(running, "process", "processes")} that ${running === 1 ? "runs" : "run"} it`;
}

/** `8 of 900 net:inbound_message have no net:outbound_message: 5 repeated, 3 at the end; 2 net:outbound_message have no …` */
function unpairedText(notice: UnpairedNotice): string {
  const { from_tracepoint: from, to_tracepoint: to } = notice;
  const causes = [
    ["repeated", notice.repeated],
    ["still open", notice.unended],
    ["dropped at gaps", notice.dropped],
    ["forgotten", notice.forgotten],
  ] as const;
  const known = causes.filter(([, count]) => count > 0);
  const without = known.reduce((sum, [, count]) => sum + count, 0);
  const why = known.map(([cause, count]) => `${groupedText(count)} ${cause}`).join(", ");
  return [
    `${groupedText(without)} of ${groupedText(notice.begun)} ${from} have no ${to}${why && `: ${why}`}`,
    `${groupedText(notice.unbegun)} ${to} have no ${from}`,
  ].join("; ");
}

function limitsText({ sample, rate }: LimitedNotice): string {
  const limits = [
    ...(sample === null ? [] : [`one event in ${sample}`]),
    ...(rate === null ? [] : [`at most ${rate} per second of each tracepoint`]),
  ];
  return `events are limited: ${limits.join(", ")}`;
}

function settingsText({ off, peers }: SettingsNotice): string {
  const parts = [
    off.length === 0
      ? "all tracepoints are enabled"
      : `disabled tracepoints: ${off.map(printable).join(", ")}`,
    ...(peers.length === 0 ? [] : [`messages of peer ${peers.join(", ")} are captured in full`]),
  ];
  return parts.join("; ");
}

/** `07:33:08.703622`, local time. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  const micros = Math.floor((ms % 1000) * 1000);
  const seconds = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${seconds}.${String(micros).padStart(6, "0")}`;
}
