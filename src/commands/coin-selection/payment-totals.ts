import type { RawEvent } from "../../event/event.ts";
import { fieldNumber, fieldText } from "../../text/event-fields.ts";
import { printable } from "../../text/event-text.ts";
import { groupedText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { table } from "../../text/table.ts";

interface WalletTotals {
  /** First attempts that succeeded, and those that failed. */
  made: number;
  failed: number;
  /** Second attempts, and those that were taken. */
  aps: number;
  aps_taken: number;
  /** In sat, of what was made and taken. */
  fees: number;
  /** How often each algorithm selected coins, in second attempts as well. */
  readonly algorithms: Map<string, number>;
}

/** What the attempts of each wallet came to. */
export class PaymentTotals {
  readonly #wallets = new Map<string, WalletTotals>();

  addSelection(event: RawEvent): void {
    const { algorithms } = this.#totalsOf(event);
    const algorithm = fieldText(event, "algorithm");
    algorithms.set(algorithm, (algorithms.get(algorithm) ?? 0) + 1);
  }

  addFirst(end: RawEvent): void {
    const totals = this.#totalsOf(end);
    if (end.success === true) totals.made++;
    else totals.failed++;
    totals.fees += feeOf(end);
  }

  /** @param first the attempt before; left out where it was not seen, and then its fee was not counted */
  addSecond(end: RawEvent, first: RawEvent | undefined): void {
    const totals = this.#totalsOf(end);
    totals.aps++;
    if (end.aps_used !== true) return;
    totals.aps_taken++;
    totals.fees += feeOf(end) - (first ? feeOf(first) : 0);
  }

  /** A table for people; empty when nothing was tried. */
  text(paint: Paint): string {
    if (this.#wallets.size === 0) return "";
    const rows = [...this.#wallets].map(([wallet, { algorithms, ...counts }]) => [
      walletText(wallet),
      [...algorithms].map(([name, count]) => `${name} ${count}`).join(", ") || "-",
      ...[counts.made, counts.failed, counts.aps, counts.aps_taken, counts.fees].map(groupedText),
    ]);
    const headings = ["WALLET", "SELECTED BY", "MADE", "FAILED", "APS", "TAKEN", "FEES sat"];
    return `\n${table(headings, rows, { texts: 2, paint })}`;
  }

  /** An object a wallet for programs. */
  json(): string {
    const lines = [...this.#wallets].map(([wallet, { algorithms, ...counts }]) => ({
      ...{ tracepoint: "corelens:payments", wallet, ...counts },
      algorithms: Object.fromEntries(algorithms),
    }));
    return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  }

  #totalsOf({ wallet }: RawEvent): WalletTotals {
    const name = typeof wallet === "string" ? wallet : "?";
    const totals = this.#wallets.get(name) ?? emptyTotals();
    this.#wallets.set(name, totals);
    return totals;
  }
}

/** The default wallet's name is empty. */
export function walletText(name: string): string {
  return printable(name) || "(default)";
}

function feeOf(end: RawEvent): number {
  return end.success === true ? (fieldNumber(end, "fee") ?? 0) : 0;
}

function emptyTotals(): WalletTotals {
  return { made: 0, failed: 0, aps: 0, aps_taken: 0, fees: 0, algorithms: new Map() };
}
