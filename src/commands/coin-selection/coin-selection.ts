import type { RawEvent } from "../../event/event.ts";
import { eventJson } from "../../event/json.ts";
import { fieldText, groupedField } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import type { Paint } from "../../text/paint.ts";
import { RecentMap } from "../../util/recent-map.ts";
import { PaymentTotals, walletText } from "./payment-totals.ts";

/** What the tool works with. That a second attempt begins is told by its end, too. */
export const ATTEMPT_TRACEPOINTS = [
  "coin_selection:selected_coins",
  "coin_selection:normal_create_tx_internal",
  "coin_selection:aps_create_tx_internal",
] as const;

/** More than a node has. */
const MAX_WALLETS = 10_000;

/** What an attempt's end tells of the selection that belongs to it. */
const OF_SELECTION = ["algorithm", "target", "waste", "selected_value"] as const;

/**
 * A line for each attempt of a wallet to make a transaction, totals by wallet at the end.
 *
 * A wallet is locked while it makes one, so its events come in this order, whatever the other wallets do:
 *
 *     selected_coins ─► normal_create_tx_internal ─► attempting_aps_create_tx ─► selected_coins ─► aps_create_tx_internal
 *     └────────────── first attempt ────────────┘    └──── second attempt, which avoids partial spends (APS) ───────────┘
 *
 * Without coins that are enough selected_coins does not come. The second attempt comes only after a first that
 * succeeded, and not where the wallet avoids partial spends anyway, or must not (-maxapsfee=-1).
 */
export class CoinSelection implements LineTool {
  readonly #style: LineStyle;
  /** By node and wallet: the selection of the attempt that goes on, and the first attempt's end. */
  readonly #selected = new RecentMap<string, RawEvent>(MAX_WALLETS);
  readonly #firsts = new RecentMap<string, RawEvent>(MAX_WALLETS);
  readonly #totals = new PaymentTotals();

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    const key = `${event.pid}:${event.wallet}`;
    if (event.tracepoint === "coin_selection:selected_coins") {
      this.#selected.set(key, event);
      this.#totals.addSelection(event);
      return "";
    }
    if (isSecond(event)) {
      this.#totals.addSecond(event, this.#firsts.take(key));
    } else {
      this.#totals.addFirst(event);
      this.#firsts.set(key, event);
    }
    return this.#line(event, this.#selected.take(key));
  }

  end(): string {
    return this.#style.json ? this.#totals.json() : this.#totals.text(this.#style.paint);
  }

  #line(end: RawEvent, selection: RawEvent | undefined): string {
    const line = this.#style.json
      ? attemptJson(end, selection)
      : attemptText(end, selection, this.#style.paint);
    return `${line}\n`;
  }
}

function attemptJson(end: RawEvent, selection: RawEvent | undefined): string {
  const { tracepoint, time, ...rest } = end;
  const values = OF_SELECTION.map((name) => [name, selection?.[name] ?? null]);
  const attempt = isSecond(end) ? "aps" : "normal";
  return eventJson({
    ...{ tracepoint, time, attempt },
    ...rest,
    ...Object.fromEntries(values),
  } as RawEvent);
}

function isSecond({ tracepoint }: RawEvent): boolean {
  return tracepoint === "coin_selection:aps_create_tx_internal";
}

/** `12:53:01.703622  savings  aps  srd  target 512,000 sat  selected 768,100 sat  waste -34 sat  fee 208 sat  no change  taken` */
function attemptText(end: RawEvent, selection: RawEvent | undefined, paint: Paint): string {
  const sat = (label: string, event: RawEvent, name: string, width: number): string =>
    `${paint("faint", label)} ${groupedField(event, name).padStart(width)}${paint("faint", " sat")}`;
  return [
    paint("faint", clockTime(end.time)),
    paint("strong", walletText(fieldText(end, "wallet")).padEnd(16)),
    (isSecond(end) ? "aps" : "normal").padEnd(6),
    ...(selection
      ? [
          paint("name", fieldText(selection, "algorithm").padEnd(8)),
          sat("target", selection, "target", 14),
          sat("selected", selection, "selected_value", 14),
          sat("waste", selection, "waste", 7),
        ]
      : []),
    ...(end.success === true
      ? [sat("fee", end, "fee", 7), changeText(end)]
      : [paint("problem", selection ? "failed after coins were selected" : "no coins selected")]),
    ...(isSecond(end) ? [end.aps_used === true ? paint("ok", "taken") : "not taken"] : []),
  ].join("  ");
}

function changeText(end: RawEvent): string {
  const position = fieldText(end, "change_position");
  return position === "-1" ? "no change" : `change is output ${position}`;
}
