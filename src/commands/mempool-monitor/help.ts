import type { Help } from "../../text/screen/screen-tool.ts";

export const HELP: Help = {
  keys: [
    ["1, 2, 3, 4", "show or hide added, removed, replaced, rejected transactions in the log"],
    [
      "Up, Down, j, k, PageUp, PageDown, g, G",
      "scroll the log, which then pauses; End follows it again",
    ],
    ["w", "show figures since the beginning, of the last 10 minutes, of the last minute"],
    ["/", "filter the log by a part of an id or a reason; Esc clears the filter"],
  ],
  notes: [
    "Counts begin with tracing. They do not include transactions that were in the mempool before.",
    "A replacement is a transaction or, since v29, a package. It removes the transactions it conflicts with and their descendants, and each of them is logged. `over all 3` counts them; the fee difference is the replacement's fee less the fees of all of them so far.",
    "A replaced transaction counts as removed, too; the log shows it once. Removals for one reason that follow each other, such as a block's, are one line.",
  ],
};
