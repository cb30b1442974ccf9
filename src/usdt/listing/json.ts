import type { ElfType, Machine } from "../../elf/header.ts";
import type { ProbeNotes } from "../read-probes.ts";

/** The file the probes are in. */
export interface ListedFile {
  readonly path: string;
  readonly machine: Machine;
  readonly type: ElfType;
  readonly buildId: string | null;
}

/** What the caller knows beyond the notes; members that are written after the file's own. */
export type FurtherMembers = Readonly<Record<string, unknown>>;

/**
 * What can be known of a file's probes, as one JSON document. Members are only ever added.
 *
 * | member | value |
 * |---|---|
 * | `path` | the file |
 * | `machine` | `"x86-64"` or `"aarch64"` |
 * | `type` | `"EXEC"`, or `"DYN"` when addresses are moved at run time |
 * | `buildId` | hexadecimal digits, or null |
 * | `probes` | a list of `Probe` in the order of the notes; addresses and file offsets are numbers |
 * | `probes[].arguments` | a list of `Argument`; a constant's `value` is a string of decimal digits |
 * | `problems` | a list of `{ offset, reason }`: notes that could not be read and where they are in the file |
 */
export function jsonListing(
  file: ListedFile,
  { probes, problems }: ProbeNotes,
  further: FurtherMembers = {},
): string {
  const { path, machine, type, buildId } = file;
  const listing = { path, machine, type, buildId, ...further, probes, problems };
  const decimal = (_: string, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value;
  return `${JSON.stringify(listing, decimal, 2)}\n`;
}
