import { CorelensError } from "../../errors.ts";
import type { Binary } from "../../node/process/binary.ts";
import { programOf } from "../../node/process/debug-file.ts";
import { counted } from "../../text/counted.ts";
import type { Site } from "../../tracer/attachment.ts";
import { safeOffset } from "../../tracer/safe-site.ts";
import { obstacleOf, type Probe } from "../../usdt/probe.ts";

/** The message names up to this number of tracepoints, and counts them beyond it. */
const MAX_NAMED = 3;

/** The attachable site of a probe; empty if the file lacks its code or its semaphore, or attaching is unsafe. */
export function attachable(probe: Probe): Site[] {
  const { fileOffset, semaphoreOffset, arguments: arguments_ } = probe;
  if (fileOffset === null || obstacleOf(probe) !== null) return [];
  const offset = safeOffset(probe.instruction);
  if (offset === null) return [];
  return [
    {
      fileOffset: fileOffset + offset,
      semaphoreOffset: semaphoreOffset ?? 0,
      arguments: arguments_,
    },
  ];
}

const isUnsafe = ({ instruction }: Probe): boolean => safeOffset(instruction) === null;

/** A tracepoint with its attachable sites. */
interface Attachable {
  readonly name: string;
  readonly sites: readonly Site[];
}

/**
 * Separates a file's attachable tracepoints from the others, whose programs would never fire.
 * @returns the names of the attachable ones, and the problem of the others and of unsafe sites; null if there are none
 * @throws CorelensError NOT_ATTACHABLE or SITE_UNSAFE when none can
 */
export function checkAttachable(
  binary: Binary,
  tracepoints: readonly Attachable[],
): { readonly names: readonly string[]; readonly problem: CorelensError | null } {
  const namesOf = (some: readonly Attachable[]) => [...new Set(some.map(({ name }) => name))];
  const names = namesOf(tracepoints.filter(({ sites }) => sites.length > 0));
  const silent = namesOf(tracepoints.filter(({ sites }) => sites.length === 0));
  const problem =
    unsafeSites(binary, namesOf(tracepoints)) ??
    (silent.length === 0 ? null : notAttachable(binary, silent));
  if (problem && names.length === 0) throw problem;
  return { names, problem };
}

function unsafeSites(binary: Binary, names: readonly string[]): CorelensError | null {
  const wanted = binary.recognition.tracepoints.filter(({ name }) => names.includes(name));
  const sites = wanted.flatMap(({ sites }) => sites.filter(isUnsafe));
  if (sites.length === 0) return null;
  const unsafe = wanted.filter(({ sites }) => sites.some(isUnsafe)).map(({ name }) => name);
  return new CorelensError(
    "SITE_UNSAFE",
    `${binary.path}: ${counted(sites.length, "site")} of ${shortList(unsafe)} cannot be traced safely on this kernel`,
  );
}

function notAttachable(binary: Binary, names: readonly string[]): CorelensError {
  const sites = binary.recognition.tracepoints.flatMap(({ name, sites }) =>
    names.includes(name) ? sites : [],
  );
  const text = shortList(names);
  if (sites.some(({ fileOffset }) => fileOffset !== null)) {
    return new CorelensError(
      "NOT_ATTACHABLE",
      `${binary.path} lacks the semaphores of ${text}`,
      "no tracer can enable these tracepoints; link the program with its section .probes among its data",
    );
  }
  const program = programOf(binary);
  return new CorelensError(
    "NOT_ATTACHABLE",
    `${binary.path} holds debug information, not the code of ${text}`,
    program === null ? undefined : `use its program as the target: ${program}`,
  );
}

function shortList(names: readonly string[]): string {
  return names.length > MAX_NAMED ? `its ${names.length} tracepoints` : names.join(", ");
}
