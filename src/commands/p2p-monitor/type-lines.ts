import type { TypeCount } from "../../model/peers/peer.ts";
import { left, plain, right } from "../../text/screen/cells.ts";
import { bytesText, countText } from "../../text/screen/figures.ts";
import type { Area } from "../../text/screen/screen-tool.ts";

/** The width of the lines, including the gap before them. */
export const TYPES_WIDTH = 52;

/**
 * Message totals by type, the type with the most bytes first:
 *
 *     TYPE             IN    BYTES    OUT    BYTES
 *     tx               12  4.50 kB      3    812 B
 */
export function typeLines(types: readonly Readonly<TypeCount>[], { rows, paint }: Area): string[] {
  const title = line("TYPE", ["IN", "BYTES", "OUT", "BYTES"]);
  const lines = types.map(({ type, inMessages, inBytes, outMessages, outBytes }) =>
    line(plain(type), [
      countText(inMessages),
      bytesText(inBytes),
      countText(outMessages),
      bytesText(outBytes),
    ]),
  );
  return [paint("strong", title), ...lines].slice(0, rows);
}

function line(type: string, figures: readonly string[]): string {
  const cells = figures.map((figure, i) => right(figure, i % 2 === 0 ? 7 : 9));
  return `   ${left(type, 14)}${cells.join("")}`.padEnd(TYPES_WIDTH);
}
