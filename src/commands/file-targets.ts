import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { CorelensError } from "../errors.ts";
import { type Binary, tryReadBinary } from "../node/process/binary.ts";
import { printNote } from "../terminal/print-note.ts";
import { counted } from "../text/counted.ts";
import { errorText } from "../text/error-text.ts";

/** The meaning of a path, a pattern or a directory on a command line. */
export type FileTarget =
  /** One file, process or pid file; a problem with it is an error. */
  | { readonly kind: "one"; readonly text: string }
  /** Several files; those without tracepoints are ignored. */
  | { readonly kind: "among"; readonly text: string; readonly paths: Iterable<string> };

/**
 * A directory stands for the files below it. A text with `*`, `?` or `[` that is not the name of a file is a pattern for
 * paths; `**` matches any number of directories.
 */
export function fileTarget(text: string): FileTarget {
  const isThere = existsSync(text);
  if (isThere && statSync(text).isDirectory()) {
    return { kind: "among", text, paths: filesBelow(text) };
  }
  if (!isThere && /[*?[]/.test(text)) return { kind: "among", text, paths: matching(text) };
  return { kind: "one", text };
}

/**
 * The files that have tracepoints.
 * @throws CorelensError NO_TRACEPOINTS if none has
 */
export function binariesAmong({ text, paths }: FileTarget & { kind: "among" }): Binary[] {
  const binaries: Binary[] = [];
  let looked = 0;
  for (const path of paths) {
    looked++;
    const binary = tryReadBinary(path);
    if (binary !== null) binaries.push(binary);
  }
  if (binaries.length > 0) return binaries;
  throw new CorelensError(
    "NO_TRACEPOINTS",
    `${text}: ${looked === 0 ? "no such file" : `none of ${counted(looked, "file")} has tracepoints`}`,
  );
}

/** Exit status when a target could not be read. */
const UNREADABLE = 2;

/**
 * Reads all targets. It reports an unreadable target and reads the others.
 * @param read reads one target, or the default without an argument
 * @param throwsAlone throws the error of a single target, whose code has its own exit status
 * @throws CorelensError of `read`
 */
export function ofAllTargets<Found>(
  targets: readonly string[],
  read: (target?: string) => Found[],
  throwsAlone: boolean,
): Found[] {
  const [first, second] = targets;
  if (first === undefined || (throwsAlone && second === undefined)) return read(first);
  return targets.flatMap((target) => {
    try {
      return read(target);
    } catch (error) {
      if (!(error instanceof CorelensError)) throw error;
      printNote(errorText(error));
      process.exitCode = UNREADABLE;
      return [];
    }
  });
}

/** Regular files, without following symbolic links; unreadable directories are skipped. */
function* filesBelow(directory: string): Generator<string> {
  for (const entry of entriesOf(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

function* matching(pattern: string): Generator<string> {
  const parts = pattern.split("/").filter((part) => part !== "");
  for (const path of matchingBelow(pattern.startsWith("/") ? "/" : "", parts)) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* filesBelow(path);
    else if (stat?.isFile()) yield path;
  }
}

function* matchingBelow(directory: string, parts: readonly string[]): Generator<string> {
  const [part, ...rest] = parts;
  if (part === undefined) {
    yield directory;
  } else if (part === "**") {
    yield* matchingBelow(directory, rest);
    for (const entry of entriesOf(directory || ".")) {
      if (entry.isDirectory()) yield* matchingBelow(join(directory, entry.name), parts);
    }
  } else if (!/[*?[]/.test(part)) {
    const path = join(directory, part);
    if (existsSync(path)) yield* matchingBelow(path, rest);
  } else {
    const matches = partPattern(part);
    for (const { name } of entriesOf(directory || ".")) {
      // As in a shell, only a pattern that begins with a dot matches such a name.
      const isHidden = name.startsWith(".") && !part.startsWith(".");
      if (!isHidden && matches.test(name)) yield* matchingBelow(join(directory, name), rest);
    }
  }
}

/** `bitcoin*`, `v2[89]`, `[!a-c]?` */
function partPattern(part: string): RegExp {
  const source = part.replace(
    /\[([!^]?)([^\]]+)\]|[.*+?^${}()|[\]\\]/g,
    (found, negation: string | undefined, set: string | undefined) => {
      if (set !== undefined) {
        return `[${negation === "" ? "" : "^"}${set.replace(/[\\[\]^]/g, "\\$&")}]`;
      }
      if (found === "*") return "[^/]*";
      return found === "?" ? "[^/]" : `\\${found}`;
    },
  );
  try {
    return new RegExp(`^${source}$`, "u");
  } catch {
    // `[z-a]` is not a range: the part matches only itself.
    return new RegExp(`^${part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
  }
}

/** In the order of their names. */
function entriesOf(directory: string) {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}
