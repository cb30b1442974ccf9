import { counted } from "../../text/counted.ts";
import { printable } from "../../text/event-text.ts";
import { durationText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { quantile } from "../../util/statistics.ts";
import { type BlockStory, isEchoed, stagesOf } from "./story.ts";

const STAGES = ["requested", "received", "checked", "connected", "flushed", "mempool"] as const;
const MAX_PEERS = 10;

/** What many stories have in common: who announces first, how, and how long the steps take. */
export class StorySummary {
  #blocks = 0;
  #announced = 0;
  readonly #peers = new Map<string, number>();
  readonly #types = new Map<string, number>();
  /** In ns; of each block, its steps of one name together. */
  readonly #steps = new Map<string, number[]>();

  add(story: BlockStory): void {
    this.#blocks++;
    const [first] = story.announcements;
    const stages = stagesOf(story);
    if (first && !isEchoed(story)) {
      const { id, address, connectionType } = first.peer;
      this.#announced++;
      count(this.#peers, `peer ${id} (${address}, ${connectionType})`);
      count(this.#types, first.type);
      const connected = stages.find(({ name }) => name === "connected");
      if (connected) this.#learn("until connected", connected.at);
    }
    for (const name of STAGES) {
      const steps = stages.filter((stage) => stage.name === name);
      if (steps.length > 0)
        this.#learn(
          name,
          steps.reduce((sum, { took }) => sum + took, 0),
        );
    }
  }

  /**
   *     12 blocks, 11 of them announced by peers
   *     first from       peer 5 (203.0.113.7:8333, outbound-full-relay)  5   45 %
   *     first in         cmpctblock  8   73 %
   *     received         median 45.1 ms, 90 % within 91.0 ms
   */
  lines(paint: Paint): string[] {
    const share = (blocks: number) =>
      `${Math.round((blocks / this.#announced) * 100)} %`.padStart(6);
    const counts = (label: string, entries: ReadonlyMap<string, number>) => {
      const all = byCount(entries);
      const shown = all.slice(0, MAX_PEERS);
      const width = Math.max(0, ...shown.map(([name]) => printable(name).length));
      const rest = all.length - shown.length;
      return [
        ...shown.map(
          ([name, blocks], i) =>
            `${(i === 0 ? label : "").padEnd(17)}${printable(name).padEnd(width)}  ${String(blocks).padStart(5)}${share(blocks)}`,
        ),
        ...(rest > 0 ? [`${" ".repeat(17)}and ${counted(rest, "other")}`] : []),
      ];
    };
    return [
      `${paint("strong", counted(this.#blocks, "block"))}, ${this.#announced} of them announced by peers`,
      ...counts("first from", this.#peers),
      ...counts("first in", this.#types),
      ...this.#times().map(
        ({ step, median, p90 }) =>
          `${step.padEnd(17)}median ${durationText(median)}, 90 % at most ${durationText(p90)}`,
      ),
    ];
  }

  json(): Record<string, unknown> {
    return {
      blocks: this.#blocks,
      announced: this.#announced,
      first_peers: Object.fromEntries(byCount(this.#peers)),
      first_messages: Object.fromEntries(byCount(this.#types)),
      steps: this.#times().map(({ step, median, p90 }) => ({
        step,
        median_ns: median,
        p90_ns: p90,
      })),
    };
  }

  #learn(step: string, took: number): void {
    const times = this.#steps.get(step);
    if (times) times.push(took);
    else this.#steps.set(step, [took]);
  }

  #times(): { step: string; median: number; p90: number }[] {
    return [...STAGES, "until connected"].flatMap((step) => {
      const times = this.#steps.get(step);
      if (!times) return [];
      const sorted = Float64Array.from(times).sort();
      return { step, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
    });
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function byCount(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].toSorted(([, a], [, b]) => b - a);
}
