import type { RawEvent } from "../../src/event/event.ts";
import type { EventKind } from "../../src/event/kind.ts";
import { Collector, type CollectorSource } from "../../src/metrics/collector.ts";
import { layoutsOf, type SimulatedRelease } from "../../src/simulate/layouts.ts";
import { firstMinutes } from "../simulate/events.ts";

/** The start of the simulation, in UNIX seconds. */
const START = 1_760_000_000;

export function simulatedKinds(release: SimulatedRelease): EventKind[] {
  return [...layoutsOf(release)].map(([name, fields]) => ({
    name,
    fields: fields.filter(({ type }) => type !== "bytes"),
  }));
}

/** The events of the first minutes of a simulated node. */
export function simulatedEvents(minutes: number, release: SimulatedRelease = 31): RawEvent[] {
  const events: RawEvent[] = [];
  for (const { at, tracepoint, args } of firstMinutes(minutes, {
    seed: 1,
    release,
    startTime: START,
  })) {
    events.push(eventOf(tracepoint, args, START * 1000 + at));
  }
  return events;
}

export function eventOf(
  tracepoint: string,
  fields: Readonly<Record<string, unknown>>,
  time = START * 1000,
): RawEvent {
  const envelope = { time, ktime: 0, tid: 1, thread: "b-msghand", cpu: 0, pid: 1 };
  return { tracepoint, ...envelope, ...fields };
}

/** A source without a kernel, which delivers all events. */
export function delivering(kinds: readonly EventKind[]): CollectorSource {
  return { kinds, tallies: () => new Map(), cost: async () => null };
}

/** A collector that received these events of a release. */
export function collectorOf(
  events: readonly RawEvent[],
  release: SimulatedRelease = 31,
): Collector {
  const collector = new Collector(delivering(simulatedKinds(release)), "1.2.3", null);
  collector.see(events, START * 1000);
  return collector;
}

/** Lines of an exposition by series: `name{label="value"}`, its labels in order of their names. */
export function seriesOf(exposition: string): Map<string, number> {
  const lines = exposition.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, name = "", labels = "", value = ""] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      return [series(name, labelsOf(labels)), Number(value)];
    }),
  );
}

export function series(name: string, labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.toSorted().join(",")}}`;
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]),
  );
}
