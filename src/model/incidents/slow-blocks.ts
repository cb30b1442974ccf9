import type { RawEvent } from "../../event/event.ts";
import { durationText, groupedText, threeDigits } from "../../text/format.ts";
import { Samples } from "../../util/samples.ts";
import { connectedBlock } from "../blocks/connected-block.ts";
import type { IncidentLog } from "./incident-log.ts";
import { SLOW_BLOCK } from "./thresholds.ts";

/** Finds blocks that took far longer to connect than those before them. */
export class SlowBlocks {
  readonly #log: IncidentLog;
  /** In ms. */
  readonly #durations = new Samples(SLOW_BLOCK.compared);
  #compared = 0;

  constructor(log: IncidentLog) {
    this.#log = log;
  }

  /** Takes validation:block_connected. */
  see(event: RawEvent): void {
    const block = connectedBlock(event);
    if (block.duration_ns === null) return;
    const ms = block.duration_ns / 1e6;
    const median =
      ms >= SLOW_BLOCK.leastMs && this.#compared >= SLOW_BLOCK.leastCompared
        ? this.#durations.median
        : null;
    this.#durations.add(ms);
    this.#compared++;
    const isWarning = ms >= SLOW_BLOCK.warningMs;
    const isSlow = median !== null && ms >= SLOW_BLOCK.times * median;
    if (!isWarning && !isSlow) return;
    const { hash, height, transactions, inputs } = block;
    const name = height === null ? "A block" : `Block ${groupedText(height)}`;
    const others = isSlow
      ? `, ${median > 0 ? `${threeDigits(ms / median)} times` : "far longer than"} the median of the blocks before`
      : "";
    this.#log.add({
      kind: "slow_block",
      severity: isWarning ? "warning" : "info",
      begin: event.time,
      end: event.time,
      from: event.time - ms,
      to: event.time,
      pid: event.pid,
      object: hash === null ? null : { kind: "block", id: hash },
      text: `${name} took ${durationText(block.duration_ns, "µs")} to connect${others}`,
      figures: { height, duration_ms: ms, median_ms: median, transactions, inputs },
    });
  }
}
