import type { Help } from "../../text/screen/screen-tool.ts";

export const HELP: Help = {
  keys: [
    ["1, 2, 3, 4", "show or hide added, removed, replaced, rejected transactions in the log"],
    ["Up, Down, j, k, PageUp, PageDown, g, G", "scroll and pause the log; End follows new changes"],
    ["w", "switch figures between total, last 10 minutes and last minute"],
    ["/", "filter the log by a part of an id or a reason; Esc clears the filter"],
  ],
  notes: [
    "Counts begin with tracing. They do not include earlier transactions.",
    "A replacement is a transaction or, since v29, a package. It removes conflicting transactions and their descendants; the log has a line for each. `for all 3` is their number so far, and the fee difference is the fee of the replacement minus their fees.",
    "A replaced transaction also counts as removed; the log shows it once. Consecutive removals for one reason, such as those by a block, are one line.",
  ],
};
