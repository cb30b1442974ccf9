import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import {
  byName,
  type Listing,
  type ListingStyle,
  listingHeading,
  obstacleToAll,
  remark,
  semaphoreOf,
  typeText,
  unreadableRemarks,
} from "../../terminal/listing.ts";
import { fill } from "../../text/fill.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";

/**
 * The tracepoints of a file as a table. Fields have a column if the width suffices, otherwise their own lines:
 *
 *     TRACEPOINT      SITES  SEMAPHORE  FIELDS
 *     mempool:added       1  0          txid hash, vsize int32, fee int64
 *
 *     TRACEPOINT                                SITES  SEMAPHORE
 *     coin_selection:normal_create_tx_internal      1  0
 *         wallet string, success bool, fee int64, change_position int32
 *
 * A semaphore is above 0 while its tracepoint is traced. A file shows only that it exists: `yes`.
 */
export function tracepointTable(listing: Listing, style: ListingStyle): string[] {
  const { paint, width } = style;
  const rows = byName(listing.tracepoints).map((tracepoint) => ({
    name: printable(tracepoint.name),
    cells: [`${tracepoint.sites.length}`.padStart(5), semaphoreText(tracepoint, listing).padEnd(9)],
    fields: fieldTexts(tracepoint, paint),
    remarks: [
      remark(listing, tracepoint),
      obstacleToAll(tracepoint) ?? "",
      ...unreadableRemarks(tracepoint),
    ].filter(Boolean),
  }));
  const nameWidth = Math.max(10, ...rows.map(({ name }) => name.length));
  const indent = nameWidth + "  SITES  SEMAPHORE  ".length;
  const beside = width - indent >= MIN_FIELDS_WIDTH;
  const titles = ["TRACEPOINT".padEnd(nameWidth), "SITES", "SEMAPHORE", beside ? "FIELDS" : ""];
  const lines = rows.flatMap(({ name, cells, fields, remarks }) => {
    const head = [paint("name", name.padEnd(nameWidth)), ...cells].join("  ");
    const room = beside ? width - indent : width - INDENT.length;
    const notes = remarks.flatMap((text) =>
      fill(text.split(" "), room).map((line) => paint("warning", line)),
    );
    if (!beside) {
      const below = [...fill(fields, width - INDENT.length), ...notes];
      return [head.trimEnd(), ...below.map((line) => INDENT + line)];
    }
    const [first = "", ...others] = [...fill(fields, width - indent), ...notes];
    return [`${head}  ${first}`.trimEnd(), ...others.map((line) => " ".repeat(indent) + line)];
  });
  return [
    ...listingHeading(listing, style),
    "",
    paint("faint", titles.join("  ").trimEnd()),
    ...lines,
  ];
}

const INDENT = "    ";
const MIN_FIELDS_WIDTH = 56;

/** `vsize int32,` */
function fieldTexts({ fields }: RecognisedTracepoint, paint: Paint): string[] {
  return fields.map(
    (field, index) =>
      `${field.name} ${paint("faint", typeText(field))}${index === fields.length - 1 ? "" : ","}`,
  );
}

function semaphoreText({ sites }: RecognisedTracepoint, { process, semaphores }: Listing): string {
  if (sites.every(({ semaphore }) => semaphore === 0)) return "none";
  if (process === null) return "yes";
  return `${semaphoreOf(sites, semaphores) ?? "?"}`;
}
