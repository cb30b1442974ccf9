import type { RawEvent } from "../../event/event.ts";
import { eventJson } from "../../event/json.ts";
import { History } from "../../model/history.ts";
import { Attempts, SECOND_ATTEMPT, type Selection } from "../../model/wallet/attempts.ts";
import { fieldText, groupedField } from "../../text/event-fields.ts";
import { clockTime } from "../../text/event-text.ts";
import { groupedText } from "../../text/format.ts";
import type { LineStyle, LineTool } from "../../text/line-tool.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";
import { walletText, walletTotalsJson, walletTotalsText } from "./wallet-totals.ts";

/** A line for each attempt of a wallet to create a transaction; totals by wallet at the end. */
export class CoinSelection implements LineTool {
  readonly #style: LineStyle;
  readonly #attempts = new Attempts(new History(0));

  constructor(style: LineStyle) {
    this.#style = style;
  }

  print(event: RawEvent): string {
    const attempt = this.#attempts.take(event);
    if (attempt === null) return "";
    const { selection } = attempt;
    const { json, paint } = this.#style;
    return `${json ? attemptJson(event, selection) : attemptText(event, selection, paint)}\n`;
  }

  end(): string {
    const { json, paint } = this.#style;
    return json ? walletTotalsJson(this.#attempts) : walletTotalsText(this.#attempts, paint);
  }
}

function attemptJson(end: RawEvent, selection: Selection | null): string {
  const { tracepoint, time, ...rest } = end;
  const { algorithm = null, target = null, waste = null, selected = null } = selection ?? {};
  return eventJson({
    ...{ tracepoint, time, attempt: isSecond(end) ? "aps" : "normal" },
    ...rest,
    ...{ algorithm, target, waste, selected_value: selected },
  } as RawEvent);
}

function isSecond({ tracepoint }: RawEvent): boolean {
  return tracepoint === SECOND_ATTEMPT;
}

/** `12:53:01.703622  savings  aps  srd  target 512,000 sat  selected 768,100 sat  waste -34 sat  fee 208 sat  no change  used` */
function attemptText(end: RawEvent, selection: Selection | null, paint: Paint): string {
  const sat = (label: string, amount: string, width: number): string =>
    `${paint("faint", label)} ${amount.padStart(width)}${paint("faint", " sat")}`;
  return [
    paint("faint", clockTime(end.time)),
    paint("strong", walletText(fieldText(end, "wallet")).padEnd(16)),
    (isSecond(end) ? "aps" : "normal").padEnd(6),
    ...(selection
      ? [
          paint("name", printable(selection.algorithm).padEnd(8)),
          sat("target", amountText(selection.target), 14),
          sat("selected", amountText(selection.selected), 14),
          sat("waste", amountText(selection.waste), 7),
        ]
      : []),
    ...(end.success === true
      ? [sat("fee", groupedField(end, "fee"), 7), changeText(end)]
      : [paint("problem", selection ? "failed after coins were selected" : "no coins selected")]),
    ...(isSecond(end) ? [end.aps_used === true ? paint("ok", "used") : "not used"] : []),
  ].join("  ");
}

function changeText(end: RawEvent): string {
  const position = fieldText(end, "change_position");
  return position === "-1" ? "no change" : `change is output ${position}`;
}

function amountText(amount: number | null): string {
  return amount === null ? "?" : groupedText(amount);
}
