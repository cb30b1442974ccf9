import { basename } from "node:path";
import { CorelensError } from "../../errors.ts";
import {
  type MappedFile,
  type ProcessInfo,
  processTitle,
  readMappedFiles,
} from "../../node/process/process.ts";

/** The message names up to this number of libraries, and counts the others. */
const MAX_NAMED = 5;

/** Names of Bitcoin Core's programs; the cure explains how to build them with tracepoints. */
const OF_CORE = /^bitcoin(d|-node|-qt|-gui|-wallet|-chainstate|-kernel)?$/;

/**
 * The error for a process without tracepoints. It names the searched files, because a program's tracepoints may be in
 * a library that it has not loaded.
 */
export function noTracepointsIn(process: ProcessInfo): CorelensError {
  const libraries = readMappedFiles(process.pid).filter(
    ({ inode }) => inode !== process.executable.inode,
  );
  return noTracepoints(processTitle(process), process.executable.path, libraries);
}

/** The error for a file without tracepoints. */
export function noTracepointsAt(path: string): CorelensError {
  return noTracepoints(path, path, []);
}

function noTracepoints(
  title: string,
  path: string,
  libraries: readonly MappedFile[],
): CorelensError {
  const named = libraries.slice(0, MAX_NAMED).map(({ path }) => basename(path));
  const more = libraries.length - named.length;
  const among = more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
  const beside = libraries.length > 0 ? `, and neither do its loaded libraries: ${among}` : "";
  return new CorelensError(
    "NO_TRACEPOINTS",
    `${title} has no tracepoints${beside}`,
    OF_CORE.test(basename(path))
      ? "build Bitcoin Core with -DWITH_USDT=ON (and systemtap-sdt-dev installed), or use an official release"
      : undefined,
  );
}
