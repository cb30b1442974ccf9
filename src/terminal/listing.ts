import { unreadableOf, unreadableText } from "../contract/readable.ts";
import type { RecognisedTracepoint } from "../contract/recognise.ts";
import type { Field } from "../contract/types.ts";
import { type Binary, isNode } from "../node/process/binary.ts";
import { binaryTitle } from "../node/process/binary-title.ts";
import { type ProcessInfo, processTitle } from "../node/process/process.ts";
import type { SemaphoreValues } from "../node/process/semaphores.ts";
import { printable } from "../text/event-text.ts";
import { fill, hang } from "../text/fill.ts";
import type { Paint } from "../text/paint.ts";
import { obstacleOf, type Probe } from "../usdt/probe.ts";

/** A file with tracepoints, and the process that it was found in. */
export interface Listing {
  readonly binary: Binary;
  /** Those of its tracepoints that were asked for. */
  readonly tracepoints: readonly RecognisedTracepoint[];
  /** Null for a file that was named by its path. */
  readonly process: ProcessInfo | null;
  /** Null without a process, and where they may not be read. */
  readonly semaphores: SemaphoreValues | null;
}

export interface ListingStyle {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
}

/**
 * What is listed:
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
  if (semaphores === null) return "; whether they are traced may not be read";
  const { tracepoints } = binary.recognition;
  const traced = tracepoints.filter(({ sites }) => semaphoreOf(sites, semaphores)).length;
  return traced === 0
    ? ", none traced at this moment"
    : `, ${traced === tracepoints.length ? "all" : traced} traced at this moment`;
}

/** Without them it cannot be seen what is traced. */
function hasSemaphores({ probes }: Binary): boolean {
  return probes.some(({ semaphoreOffset }) => semaphoreOffset !== null);
}

/** In the order of people, not of the notes: each context's together. */
export function byName(tracepoints: readonly RecognisedTracepoint[]): RecognisedTracepoint[] {
  return tracepoints.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** The probes of the tracepoints asked for, in the order of their notes. */
export function listedProbes({ binary, tracepoints }: Listing): Probe[] {
  const chosen = new Set(tracepoints.flatMap(({ sites }) => sites));
  return binary.probes.filter((probe) => chosen.has(probe));
}

/** A tracepoint's semaphore at this moment; undefined where it was not read. */
export function semaphoreOf(
  sites: readonly Probe[],
  semaphores: SemaphoreValues | null,
): number | undefined {
  const values = sites.flatMap(({ semaphoreOffset }) =>
    semaphoreOffset === null ? [] : (semaphores?.get(semaphoreOffset) ?? []),
  );
  return values.length > 0 ? Math.max(...values) : undefined;
}

/** What a field is: its type, `words[3]` for one of three words, or `unreadable`. */
export function typeText({ type, size = 0, unreadable }: Field): string {
  if (unreadable !== undefined) return "unreadable";
  return type === "words" ? `words[${Math.ceil(size / 8)}]` : type;
}

/** Of each field that some site does not let be read, why: `arg0 cannot be read: 8@%xmm0: …`. */
export function unreadableRemarks({ fields, sites }: RecognisedTracepoint): string[] {
  return fields.flatMap((field, index) => {
    const unreadable = unreadableOf(field, index, sites);
    if (unreadable === null) return [];
    const where =
      unreadable.sites === sites.length ? "" : ` at ${unreadable.sites} of ${sites.length} sites`;
    return printable(`${field.name} cannot be read${where}: ${unreadableText(unreadable)}`);
  });
}

/** Why a tracepoint of a node has no field names; empty for the others. */
export function remark({ binary }: Listing, { status }: RecognisedTracepoint): string {
  if (status === "contract" || !isNode(binary)) return "";
  return status === "drift"
    ? "not as the contract has it: `corelens check` tells more"
    : "not in the contract";
}

/** Why no site of a tracepoint can be attached to by this file; null when one can. */
export function obstacleToAll({ sites }: RecognisedTracepoint): string | null {
  const obstacles = sites.map(obstacleOf);
  return obstacles.includes(null) ? null : (obstacles[0] ?? null);
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
