import type { ElfType, Machine } from "../../elf/header.ts";
import { snakeNames } from "../../util/snake-names.ts";
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
 * What is known about a file's probes, as the members of a JSON document. Members are only ever added.
 *
 * | member | value |
 * |---|---|
 * | `path` | the file |
 * | `machine` | `"x86-64"` or `"aarch64"` |
 * | `type` | `"EXEC"`, or `"DYN"` when addresses are moved at run time |
 * | `build_id` | hexadecimal digits, or null |
 * | `probes` | a list of `Probe` in the order of the notes; addresses and file offsets are numbers |
 * | `probes[].arguments` | a list of `Argument`; a constant's `value` is a number, or a string of digits where a number would be rounded |
 * | `problems` | a list of `{ offset, reason }`: notes that could not be read and where they are in the file |
 */
export function probesJson(
  file: ListedFile,
  { probes, problems }: ProbeNotes,
  further: FurtherMembers = {},
): Record<string, unknown> {
  const { path, machine, type, buildId } = file;
  const members = { path, machine, type, buildId, ...further, probes, problems };
  return snakeNames(members) as Record<string, unknown>;
}
