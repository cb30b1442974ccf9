import type { RawEvent } from "../../event/event.ts";
import { numberIn } from "../../event/fields.ts";
import { eventJson } from "../../event/json.ts";
import { fieldText } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import { durationText } from "../../text/format.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import type { Paint } from "../../text/paint.ts";
import { RecentMap } from "../../util/recent-map.ts";
import { ConnectionCounts, networkText, type What } from "./connection-counts.ts";

/** The change of a connection that each tracepoint stands for. */
const WHAT = {
  "net:inbound_connection": "opened",
  "net:outbound_connection": "opened",
  "net:closed_connection": "closed",
  "net:evicted_inbound_connection": "evicted",
  "net:misbehaving_connection": "misbehaving",
} as const satisfies Record<string, What>;

export const CONNECTION_TRACEPOINTS = Object.keys(WHAT) as (keyof typeof WHAT)[];

/** A connection with a traced opening. */
interface Opened {
  /** Nanoseconds of the monotonic clock. */
  readonly ktime: number;
  readonly address: string;
}

/** More than any node has at the same time. */
const MAX_REMEMBERED = 10_000;

/**
 * Prints one line for each connection event, and totals at the end.
 *
 * If the opening was traced, the age is the time since then on the monotonic clock of the events. Otherwise it is the
 * time since `time_established`, which the node reports in seconds of its own clock. If that clock differs from the
 * machine's (-mocktime, a simulation), `time_established` can lie in the future; then the age is unknown.
 */
export class P2pConnections implements LineTool {
  readonly #style: LineStyle;
  readonly #opened = new RecentMap<string, Opened>(MAX_REMEMBERED);
  readonly #counts = new ConnectionCounts();

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    const what = WHAT[event.tracepoint as keyof typeof WHAT];
    const key = `${event.pid}:${event.peer_id}`;
    const opened = what === "closed" ? this.#opened.take(key) : this.#opened.get(key);
    if (what === "opened") {
      this.#opened.set(key, { ktime: Number(event.ktime), address: fieldText(event, "address") });
    }
    const age = what === "closed" || what === "evicted" ? ageOf(event, opened) : null;
    this.#counts.add(what, event, age);
    if (!this.#style.json) return `${this.#text(what, event, age, opened)}\n`;
    const { tracepoint, time, ...rest } = event;
    const more = what === "closed" || what === "evicted" ? { age_s: age } : {};
    return `${eventJson({ tracepoint, time, what, ...rest, ...more } as RawEvent)}\n`;
  }

  end(): string {
    return this.#style.json ? this.#counts.json() : this.#counts.text(this.#style.paint);
  }

  /**
   *     12:53:01.703622  opened       peer 17      inbound              ipv4        203.0.113.9:51234  now 11 inbound
   *     12:55:13.100401  closed       peer 17      inbound              ipv4        203.0.113.9:51234  after 2 min 11 s
   *     12:55:13.100399  misbehaving  peer 17      203.0.113.9:51234  non-continuous headers sequence
   */
  #text(what: What, event: RawEvent, age: number | null, opened: Opened | undefined): string {
    const { paint } = this.#style;
    const head = [
      paint("faint", clockTime(event.time)),
      paint(STYLE[what], what.padEnd(11)),
      `${paint("faint", "peer ")}${fieldText(event, "peer_id").padEnd(6)}`,
    ];
    if (what === "misbehaving") {
      const reason = fieldText(event, "reason") || "(no reason given)";
      return [...head, ...(opened ? [opened.address] : []), paint("warning", reason)].join("  ");
    }
    return [
      ...head,
      fieldText(event, "connection_type").padEnd(19),
      networkText(event).padEnd(10),
      fieldText(event, "address"),
      paint("faint", what === "opened" ? countText(event) : ageText(age)),
    ].join("  ");
  }
}

const STYLE: Readonly<Record<What, Parameters<Paint>[0]>> = {
  opened: "ok",
  closed: "name",
  evicted: "warning",
  misbehaving: "problem",
};

/** `now 11 inbound` */
function countText(event: RawEvent): string {
  const direction = event.tracepoint === "net:inbound_connection" ? "inbound" : "outbound";
  return `now ${fieldText(event, `${direction}_count`)} ${direction}`;
}

/** In seconds; null if unknown. */
function ageOf(event: RawEvent, opened: Opened | undefined): number | null {
  if (opened) return (Number(event.ktime) - opened.ktime) / 1e9;
  const established = numberIn(event, "time_established");
  if (established === null) return null;
  const age = Math.floor(event.time / 1000) - established;
  return age < 0 ? null : age;
}

function ageText(age: number | null): string {
  return age === null ? "after an unknown time" : `after ${durationText(age * 1e9)}`;
}
