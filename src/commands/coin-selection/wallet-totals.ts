import { jsonLine } from "../../event/json.ts";
import type { Attempts } from "../../model/wallet/attempts.ts";
import { groupedText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";
import { table } from "../../text/table.ts";
import { plainName } from "../../util/bounded-map.ts";

/** A table for people; empty when no wallet made an attempt. */
export function walletTotalsText({ wallets }: Attempts, paint: Paint): string {
  const rows = wallets.map((wallet, { algorithms, ...totals }) => [
    walletText(wallet),
    algorithms.map((name, { count }) => `${printable(name)} ${count}`).join(", ") || "-",
    ...[totals.made, totals.failed, totals.second, totals.secondUsed, totals.usedFees].map(
      groupedText,
    ),
  ]);
  if (rows.length === 0) return "";
  const headings = ["WALLET", "ALGORITHMS", "CREATED", "FAILED", "APS", "USED", "FEES sat"];
  return `\n${table(headings, rows, { texts: 2, paint })}`;
}

/** An object for each wallet. */
export function walletTotalsJson({ wallets }: Attempts): string {
  return wallets
    .map((wallet, { made, failed, second, secondUsed, usedFees, algorithms }) =>
      jsonLine("corelens:payments", {
        ...{ wallet, made, failed, aps: second, aps_taken: secondUsed, fees: usedFees },
        algorithms: Object.fromEntries(
          algorithms.map((name, { count }) => [plainName(name), count]),
        ),
      }),
    )
    .join("");
}

/** The default wallet's name is empty. */
export function walletText(name: string): string {
  return printable(name) || "(default)";
}
