import type { Help } from "../../text/screen/screen-tool.ts";

export const HELP: Help = {
  keys: [
    ["1, 2, 3, 4", "show added, removed, replaced, rejected in the log, or do not"],
    [
      "Up, Down, j, k, PageUp, PageDown, g, G",
      "scroll the log, which stands still then; End goes on",
    ],
    ["w", "figures of all the time, of the last ten minutes, of the last minute"],
    ["/", "filter the log: a part of an id or a reason; Esc shows all again"],
  ],
  notes: [
    "Counts begin with tracing: what was in the mempool before is not among them.",
    "A replacement is told once for each transaction it replaces. With one that conflicts its descendants go too, although they do not conflict themselves: `over all 3` counts them, and the difference of fees is the replacement's less those of all so far. Replacements are a transaction or, since v29, a package.",
    "What is replaced is among the removed as well; the log has it once. Removals for one reason in a row, as a block causes them, are one line.",
  ],
};
