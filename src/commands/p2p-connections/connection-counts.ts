import type { RawEvent } from "../../event/event.ts";
import { jsonLine } from "../../event/json.ts";
import { fieldText } from "../../text/event-fields.ts";
import type { Paint } from "../../text/paint.ts";
import { table } from "../../text/table.ts";
import { OTHER, plainName } from "../../util/bounded-map.ts";

/** The kind of a connection event. */
export type What = "opened" | "closed" | "evicted" | "misbehaving";

/** The counts of one connection type and network. */
interface Count {
  readonly type: string;
  readonly network: string;
  opened: number;
  closed: number;
  evicted: number;
}

/** Upper limits of the age classes, and their names. */
const AGES: readonly (readonly [seconds: number, words: string])[] = [
  [1, "under 1 s"],
  [60, "under 1 min"],
  [600, "under 10 min"],
  [3600, "under 1 h"],
  [86_400, "under 1 d"],
  [Number.POSITIVE_INFINITY, "longer"],
];

/** Reasons can contain text from peers, so their number is limited: all further ones count as `(other)`. */
const MAX_REASONS = 1000;

/** Counts connection events by type and network, closed connections by age, and misbehaviour by reason. */
export class ConnectionCounts {
  readonly #counts = new Map<string, Count>();
  readonly #ages = new Map<string, number>();
  readonly #reasons = new Map<string, number>();

  /** @param age of a closed or evicted connection, in seconds */
  add(what: What, event: RawEvent, age: number | null): void {
    if (what === "misbehaving") {
      const reason = fieldText(event, "reason");
      const isOther = this.#reasons.size >= MAX_REASONS && !this.#reasons.has(reason);
      increment(this.#reasons, isOther ? OTHER : reason);
      return;
    }
    this.#countOf(event)[what]++;
    if (what === "closed") increment(this.#ages, ageWords(age));
  }

  /** The counts as tables; empty if nothing was counted. */
  text(paint: Paint): string {
    const rows = this.#sorted().map(({ type, network, opened, closed, evicted }) => [
      ...[type, network],
      ...[opened, closed, evicted].map(String),
    ]);
    const tables = [
      rows.length > 0
        ? table(["CONNECTION TYPE", "NETWORK", "OPENED", "CLOSED", "EVICTED"], rows, {
            texts: 2,
            paint,
          })
        : "",
      countTable(["CLOSED AFTER", "CONNECTIONS"], inOrder(this.#ages), paint),
      countTable(["MISBEHAVIOUR", "TIMES"], mostFirst(this.#reasons), paint),
    ];
    return tables
      .filter((each) => each !== "")
      .map((each) => `\n${each}`)
      .join("");
  }

  /** The counts as a JSON line. */
  json(): string {
    const closed = inOrder(this.#ages).map(([words, count]) => [words.replaceAll(" ", "_"), count]);
    return jsonLine("corelens:connections", {
      connections: this.#sorted(),
      closed_after: Object.fromEntries(closed),
      misbehaviour: Object.fromEntries(
        mostFirst(this.#reasons).map(([reason, count]) => [plainName(reason), count]),
      ),
    });
  }

  #countOf(event: RawEvent): Count {
    const type = fieldText(event, "connection_type");
    const network = networkText(event);
    const key = `${type}\0${network}`;
    const count = this.#counts.get(key) ?? { type, network, opened: 0, closed: 0, evicted: 0 };
    this.#counts.set(key, count);
    return count;
  }

  /** Sorted by openings, the most frequent first. */
  #sorted(): Count[] {
    return [...this.#counts.values()].sort((a, b) => b.opened - a.opened || b.closed - a.closed);
  }
}

/** The network's name; a network without a name in this release becomes `network 7`. */
export function networkText(event: RawEvent): string {
  const network = fieldText(event, "network");
  return /^\d+$/.test(network) ? `network ${network}` : network;
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function ageWords(age: number | null): string {
  return age === null ? UNKNOWN_AGE : AGES.find(([seconds]) => age < seconds)![1];
}

const UNKNOWN_AGE = "an unknown time";

function inOrder(ages: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...AGES.map(([, words]) => words), UNKNOWN_AGE].flatMap((words) => {
    const count = ages.get(words);
    return count === undefined ? [] : [[words, count] as const];
  });
}

function mostFirst(counts: ReadonlyMap<string, number>): (readonly [string, number])[] {
  return [...counts].sort(([, a], [, b]) => b - a);
}

function countTable(
  headings: readonly string[],
  counts: readonly (readonly [string, number])[],
  paint: Paint,
): string {
  if (counts.length === 0) return "";
  const rows = counts.map(([name, count]) => [
    name === "" ? "(no reason given)" : name,
    `${count}`,
  ]);
  return table(headings, rows, { paint });
}
