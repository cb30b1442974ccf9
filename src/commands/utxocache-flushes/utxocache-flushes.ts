import type { RawEvent } from "../../event/event.ts";
import { eventJson, jsonLine } from "../../event/json.ts";
import { type Flush, Flushes } from "../../model/coins/flushes.ts";
import { groupedField } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import { durationText, groupedText } from "../../text/format.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import { printable } from "../../text/printable.ts";
import { table } from "../../text/table.ts";
import { plainName } from "../../util/bounded-map.ts";

/** A line for each flush of the UTXO cache; totals by mode at the end. */
export class UtxocacheFlushes implements LineTool {
  readonly #style: LineStyle;
  readonly #flushes = new Flushes();

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    const flush = this.#flushes.take(event);
    return `${this.#style.json ? eventJson(event) : flushText(flush, event, this.#style)}\n`;
  }

  end(): string {
    if (this.#style.json) return this.#json();
    if (this.#flushes.count === 0) return "";
    const rows = this.#flushes.modes.map((mode, { count, together, longest, coins }) => [
      mode,
      groupedText(count),
      durationText(together * 1e6),
      longest === null ? "?" : durationText(longest * 1e6),
      groupedText(coins),
    ]);
    const headings = ["MODE", "FLUSHES", "TOTAL", "LONGEST", "COINS"];
    return `\n${table(headings, rows, { paint: this.#style.paint })}`;
  }

  #json(): string {
    const modes = this.#flushes.modes.map((mode, { count, together, longest, coins }) => [
      plainName(mode),
      {
        flushes: count,
        duration_us: Math.round(together * 1e3),
        longest_us: longest === null ? null : Math.round(longest * 1e3),
        coins,
      },
    ]);
    return jsonLine("corelens:flushes", { modes: Object.fromEntries(modes) });
  }
}

/** `12:53:01.703622  IF_NEEDED    took 2.56 s    2,899,141 coins   394.8 MB  for pruning` */
function flushText(flush: Flush, event: RawEvent, { paint }: LineStyle): string {
  const { duration, memory, mode, forPrune } = flush;
  const took = duration === null ? "?" : durationText(duration * 1e6);
  return [
    paint("faint", clockTime(flush.time)),
    paint("name", printable(mode).padEnd(11)),
    `${paint("faint", "took ")}${took.padEnd(10)}`,
    `${groupedField(event, "coins").padStart(10)}${paint("faint", " coins")}`,
    (memory === null ? "?" : `${(memory / 1e6).toFixed(1)} MB`).padStart(10),
    ...(forPrune === true ? ["for pruning"] : []),
  ].join("  ");
}
