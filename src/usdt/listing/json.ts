import type { ElfFile } from "../../elf/elf.ts";
import { buildId } from "../../elf/note.ts";
import type { ProbeNotes } from "../read-probes.ts";

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
export function jsonListing(elf: ElfFile, { probes, problems }: ProbeNotes): string {
  const { path, machine, type } = elf;
  const listing = { path, machine, type, buildId: buildId(elf), probes, problems };
  const decimal = (_: string, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value;
  return `${JSON.stringify(listing, decimal, 2)}\n`;
}
