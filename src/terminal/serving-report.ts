import { setTimeout as sleep } from "node:timers/promises";
import { sumOf } from "../event/loss.ts";
import { isNotice, type StreamEvent } from "../event/notice.ts";
import type { EventSource } from "../event/source.ts";
import { EventText } from "../text/event-text.ts";
import { type Paint, painter } from "../text/paint.ts";
import { costText, totalsText } from "../text/trace-totals.ts";
import { isLoopback } from "../util/loopback.ts";
import { version } from "../version.ts";
import { Output } from "./output.ts";
import { printNote } from "./print-note.ts";

/** Delay before the cost of tracing is printed. */
const COST_AFTER_MS = 10_000;

/**
 * The address of a server, and who can reach it:
 *
 *     corelens 0.1.0
 *
 *       Dashboard  http://127.0.0.1:8480
 *       Access     this machine only; --listen serves other machines
 *       Stop       Ctrl-C
 */
export function servingText(
  title: string,
  address: string,
  host: string,
  paint: Paint = painter(new Output().hasColour),
): string {
  const access = isLoopback(host)
    ? "this machine only; --listen serves other machines"
    : "every machine that reaches the address";
  const rows = [
    [title, paint("strong", address)],
    ["Access", access],
    ["Stop", "Ctrl-C"],
  ];
  const lines = rows.map(([name, value]) => `  ${name!.padEnd(10)} ${value}\n`);
  return `corelens ${version()}\n\n${lines.join("")}\n`;
}

/** Prints a served stream's notices, the cost of tracing and the final totals on standard error. */
export class ServingReport {
  readonly #source: EventSource;
  readonly #begin = performance.now();
  readonly #notices = new EventText(process.stderr.isTTY === true && !process.env.NO_COLOR);
  readonly #ended = new AbortController();

  constructor(source: EventSource) {
    this.#source = source;
    void this.#printCost();
  }

  see(events: readonly StreamEvent[]): void {
    for (const event of events) {
      if (isNotice(event)) printNote(`${this.#notices.line(event)}\n`);
    }
  }

  /** Call this before the source is closed. */
  async end(): Promise<void> {
    this.#ended.abort();
    const tallies = this.#source.tallies();
    const cost = await this.#source.cost();
    const { isTraced } = this.#source;
    printNote(`${totalsText({ tallies, cost, isTraced, seconds: this.#seconds })}\n`);
  }

  get #seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }

  async #printCost(): Promise<void> {
    try {
      await sleep(COST_AFTER_MS, undefined, { signal: this.#ended.signal, ref: false });
      const cost = await this.#source.cost();
      if (cost === null || this.#ended.signal.aborted) return;
      const { delivered, lost } = sumOf(this.#source.tallies());
      printNote(
        `${costText(delivered + lost, cost, this.#seconds)}, measured over ${COST_AFTER_MS / 1000} s\n`,
      );
    } catch {
      // The stream ended first; its totals include the cost.
    }
  }
}
