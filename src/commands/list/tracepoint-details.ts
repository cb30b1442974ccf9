import { TRACEPOINTS } from "../../contract/contract.ts";
import { ownTracepoint } from "../../contract/own-contract.ts";
import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import type { Field } from "../../contract/types.ts";
import {
  byName,
  hex,
  type Listing,
  type ListingStyle,
  listingHeading,
  remark,
  semaphoreOf,
  typeText,
} from "../../terminal/listing.ts";
import { hang } from "../../text/fill.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";
import { obstacleOf, type Probe } from "../../usdt/probe.ts";

/**
 * Everything about a file's tracepoints:
 *
 *     mempool:added  A transaction entered the mempool.
 *       txid   hash       Its id.
 *       vsize  int32  vB  Its virtual size.
 *       at 0x4f2a10, file offset 0x4f1a10, semaphore 0xcfe6a2: 8@%rbx -4@%eax
 */
export function tracepointDetails(listing: Listing, style: ListingStyle): string[] {
  const blocks = byName(listing.tracepoints).map((tracepoint) => [
    "",
    ...title(listing, tracepoint, style),
    ...fieldLines(tracepoint.fields, style),
    ...tracepoint.sites.flatMap((site) => siteLines(site, listing, style)),
  ]);
  return [...listingHeading(listing, style), ...blocks.flat()];
}

function title(listing: Listing, tracepoint: RecognisedTracepoint, style: ListingStyle): string[] {
  const { paint, width } = style;
  const own = ownTracepoint(tracepoint.name);
  const { summary = "", notes = [] } =
    own === undefined ? (TRACEPOINTS.get(tracepoint.name) ?? {}) : { summary: own.summary };
  const remarked = remark(listing, tracepoint);
  return [
    `${paint("name", printable(tracepoint.name))}${remarked && `  ${paint("warning", remarked)}`}`,
    ...(summary === "" ? [] : hang(INDENT, words([summary, ...notes].join(" ")), width)),
  ];
}

const INDENT = "  ";

function fieldLines(fields: readonly Field[], { paint, width }: ListingStyle): string[] {
  const widest = (cell: (field: Field) => string) =>
    Math.max(0, ...fields.map((field) => cell(field).length));
  const nameWidth = widest(({ name }) => name);
  const typeWidth = widest(typeText);
  const unitWidth = widest(({ unit }) => unit ?? "");
  return fields.flatMap((field) => {
    const type = paint("faint", typeText(field).padEnd(typeWidth));
    const unit = unitWidth > 0 ? `  ${(field.unit ?? "").padEnd(unitWidth)}` : "";
    const head = `${INDENT}${INDENT}${field.name.padEnd(nameWidth)}  ${type}${unit}  `;
    return hang(head, words(meaningText(field)), width);
  });
}

/** A field's meaning, with the names of its values: `How it was flushed. 0 NONE, 1 IF_NEEDED.` */
function meaningText({ meaning, values }: Field): string {
  if (values === undefined) return meaning;
  const names = Object.entries(values).map(([value, name]) => `${value} ${name}`);
  return `${meaning} ${names.join(", ")}.`;
}

function siteLines(site: Probe, listing: Listing, { paint, width }: ListingStyle): string[] {
  const { address, fileOffset, semaphore, semaphoreOffset, argumentText } = site;
  const where = [
    `at ${hex(address)}`,
    ...(fileOffset === null ? [] : [`file offset ${hex(fileOffset)}`]),
    ...(semaphore === 0 ? ["no semaphore"] : []),
    ...(semaphoreOffset === null
      ? []
      : [`semaphore at ${hex(semaphoreOffset)}${valueText(site, listing)}`]),
  ];
  const obstacle = obstacleOf(site);
  return [
    `${INDENT}${paint("faint", where.join(", "))}${obstacle === null ? "" : `, ${paint("warning", obstacle)}`}`,
    ...hang(INDENT + INDENT, words(printable(argumentText)), width),
    ...unreadable(site, paint),
  ];
}

function valueText(site: Probe, { semaphores }: Listing): string {
  const value = semaphoreOf([site], semaphores);
  return value === undefined ? "" : ` = ${value}`;
}

function unreadable(site: Probe, paint: Paint): string[] {
  return site.arguments.flatMap((argument) =>
    argument.kind === "unreadable"
      ? [`${INDENT}${INDENT}${paint("warning", printable(`${argument.text}: ${argument.reason}`))}`]
      : [],
  );
}

function words(text: string): string[] {
  return text.split(" ");
}
