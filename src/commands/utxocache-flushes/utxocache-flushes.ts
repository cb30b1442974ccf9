import type { RawEvent } from "../../event/event.ts";
import { eventJson } from "../../event/json.ts";
import { fieldNumber, fieldText } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import { durationText } from "../../text/format.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import { table } from "../../text/table.ts";

interface FlushTotal {
  flushes: number;
  /** In us. */
  duration: number;
  longest: number;
  coins: number;
}

/** A line for each time the UTXO cache was written to disk, totals by mode at the end. */
export class UtxocacheFlushes implements LineTool {
  readonly #style: LineStyle;
  /** By mode, of which there are few. */
  readonly #totals = new Map<string, FlushTotal>();

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    this.#add(event);
    return `${this.#style.json ? eventJson(event) : flushText(event, this.#style)}\n`;
  }

  end(): string {
    if (this.#style.json) return `${this.#json()}\n`;
    if (this.#totals.size === 0) return "";
    const rows = [...this.#totals].map(([mode, { flushes, duration, longest, coins }]) => [
      mode,
      ...[`${flushes}`, durationText(duration * 1e3), durationText(longest * 1e3), `${coins}`],
    ]);
    const headings = ["MODE", "FLUSHES", "TOGETHER", "LONGEST", "COINS"];
    return `\n${table(headings, rows, { paint: this.#style.paint })}`;
  }

  #add(event: RawEvent): void {
    const mode = modeText(event);
    const total = this.#totals.get(mode) ?? { flushes: 0, duration: 0, longest: 0, coins: 0 };
    const duration = fieldNumber(event, "duration_us") ?? 0;
    total.flushes++;
    total.duration += duration;
    total.longest = Math.max(total.longest, duration);
    total.coins += fieldNumber(event, "coins") ?? 0;
    this.#totals.set(mode, total);
  }

  #json(): string {
    const modes = [...this.#totals].map(([mode, { flushes, duration, longest, coins }]) => [
      mode,
      { flushes, duration_us: duration, longest_us: longest, coins },
    ]);
    return JSON.stringify({ tracepoint: "corelens:flushes", modes: Object.fromEntries(modes) });
  }
}

/** `12:53:01.703622  IF_NEEDED    took 2.56 s     2899141 coins   394.8 MB  for pruning` */
function flushText(event: RawEvent, { paint }: LineStyle): string {
  return [
    paint("faint", clockTime(event.time)),
    paint("name", modeText(event).padEnd(11)),
    `${paint("faint", "took ")}${tookText(event).padEnd(10)}`,
    `${fieldText(event, "coins").padStart(9)}${paint("faint", " coins")}`,
    memoryText(event).padStart(10),
    ...(event.for_prune === true ? ["for pruning"] : []),
  ].join("  ");
}

/** The node's clock may be set back meanwhile, or stand still under -mocktime. */
function tookText(event: RawEvent): string {
  const duration = fieldNumber(event, "duration_us");
  return duration === null ? "?" : durationText(duration * 1e3);
}

/** A mode whose name depends on a release that is not known, or that is not known yet: `mode 3`. */
function modeText(event: RawEvent): string {
  const mode = fieldText(event, "mode");
  return /^\d+$/.test(mode) ? `mode ${mode}` : mode;
}

function memoryText(event: RawEvent): string {
  const memory = fieldNumber(event, "memory");
  return memory === null ? "?" : `${(memory / 1e6).toFixed(1)} MB`;
}
