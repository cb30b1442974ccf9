import { unreadableOf, unreadableText } from "../contract/readable.ts";
import type { RecognisedTracepoint } from "../contract/recognise.ts";
import type { Field } from "../contract/types.ts";
import { type Binary, isNode } from "../node/process/binary.ts";
import { binaryTitle } from "../node/process/binary-title.ts";
import { type ProcessInfo, processTitle } from "../node/process/process.ts";
import type { SemaphoreValues } from "../node/process/semaphores.ts";
import { fill, hang } from "../text/fill.ts";
import type { Paint } from "../text/paint.ts";
import { printable } from "../text/printable.ts";
import { obstacleOf, type Probe } from "../usdt/probe.ts";

/** A file with tracepoints, and the process that it was found in. */
export interface Listing {
  readonly binary: Binary;
  /** The requested tracepoints of the file. */
  readonly tracepoints: readonly RecognisedTracepoint[];
  /** Null for a file that is named by its path. */
  readonly process: ProcessInfo | null;
  /** Null without a process or without permission to read them. */
  readonly semaphores: SemaphoreValues | null;
}

export interface ListingStyle {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * The listing of a file:
 *
 *     /usr/bin/bitcoind, bitcoind (pid 4711)
 *     Bitcoin Core v31 or later, 20 tracepoints, none traced at this moment
 */
export function listingHeading(listing: Listing, { paint, width }: ListingStyle): string[] {
  const { binary, process } = listing;
  const owner = process === null ? "" : `, ${printable(processTitle(process))}`;
  return [
    `${paint("strong", printable(binary.path))}${owner}`,
    ...fill(`${binaryTitle(binary)}${attachedText(listing)}`.split(" "), width),
    ...binary.problems.flatMap(({ offset, reason }) =>
      hang(paint("warning", `the note at offset ${hex(offset)}: `), reason.split(" "), width),
    ),
  ];
}

function attachedText({ binary, process, semaphores }: Listing): string {
  if (process === null || !hasSemaphores(binary)) return "";
  if (semaphores === null) return "; no permission to read whether they are traced";
  const { tracepoints } = binary.recognition;
  const traced = tracepoints.filter(({ sites }) => semaphoreOf(sites, semaphores)).length;
  return traced === 0
    ? ", none traced at this moment"
    : `, ${traced === tracepoints.length ? "all" : traced} traced at this moment`;
}

/** Only semaphores show whether a tracepoint is traced. */
function hasSemaphores({ probes }: Binary): boolean {
  return probes.some(({ semaphoreOffset }) => semaphoreOffset !== null);
}

/** Sorted by context, not in the order of the notes. */
export function byName(tracepoints: readonly RecognisedTracepoint[]): RecognisedTracepoint[] {
  return tracepoints.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The probes of the requested tracepoints, in the order of their notes. */
export function listedProbes({ binary, tracepoints }: Listing): Probe[] {
  const chosen = new Set(tracepoints.flatMap(({ sites }) => sites));
  return binary.probes.filter((probe) => chosen.has(probe));
}

/** The current value of a tracepoint's semaphore; undefined when it was not read. */
export function semaphoreOf(
  sites: readonly Probe[],
  semaphores: SemaphoreValues | null,
): number | undefined {
  const values = sites.flatMap(({ semaphoreOffset }) =>
    semaphoreOffset === null ? [] : (semaphores?.get(semaphoreOffset) ?? []),
  );
  return values.length > 0 ? Math.max(...values) : undefined;
}

/** A field's type: `words[3]` for one of three words, or `unreadable`. */
export function typeText({ type, size = 0, unreadable }: Field): string {
  if (unreadable !== undefined) return "unreadable";
  return type === "words" ? `words[${Math.ceil(size / 8)}]` : type;
}

/** The reason for each field that is unreadable at a site: `arg0 cannot be read: 8@%xmm0: …`. */
export function unreadableRemarks({ fields, sites }: RecognisedTracepoint): string[] {
  return fields.flatMap((field, index) => {
    const unreadable = unreadableOf(field, index, sites);
    if (unreadable === null) return [];
    const where =
      unreadable.sites === sites.length ? "" : ` at ${unreadable.sites} of ${sites.length} sites`;
    return printable(`${field.name} cannot be read${where}: ${unreadableText(unreadable)}`);
  });
}

/** The reason why a tracepoint of a node has no field names; empty for others. */
export function remark({ binary }: Listing, { status }: RecognisedTracepoint): string {
  if (status === "contract" || !isNode(binary)) return "";
  return status === "drift"
    ? "differs from the contract; `corelens check` lists the differences"
    : "not in the contract";
}

/** Why corelens cannot attach to any site of a tracepoint; null when it can attach to one. */
export function obstacleToAll({ sites }: RecognisedTracepoint): string | null {
  const obstacles = sites.map(obstacleOf);
  return obstacles.includes(null) ? null : (obstacles[0] ?? null);
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
