import type { ElfType, Machine } from "../../elf/header.ts";
import { snakeNames } from "../../util/snake-names.ts";
import type { ProbeNotes } from "../read-probes.ts";

/** The file that contains the probes. */
export interface ListedFile {
  readonly path: string;
  readonly machine: Machine;
  readonly type: ElfType;
  readonly buildId: string | null;
}

/** Members that the caller adds after those of the file. */
export type FurtherMembers = Readonly<Record<string, unknown>>;

/**
 * The members of a JSON document that describes a file's probes. Later versions may add members, but remove none.
 *
 * | member | value |
 * |---|---|
 * | `path` | the file |
 * | `machine` | `"x86-64"` or `"aarch64"` |
 * | `type` | `"EXEC"`, or `"DYN"` if loading relocates addresses |
 * | `build_id` | hexadecimal digits, or null |
 * | `probes` | a list of `Probe` in the order of the notes; addresses and file offsets are numbers |
 * | `probes[].arguments` | a list of `Argument`; a constant's `value` is a number, or a string of digits if a number would lose precision |
 * | `problems` | a list of `{ offset, reason }`: unreadable notes and their offset in the file |
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
