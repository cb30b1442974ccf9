import { basename } from "node:path";
import { CorelensError } from "../../errors.ts";
import { readConfiguration } from "../config/configuration.ts";
import { asUser, userOf } from "./as-user.ts";
import { lockedDirectory, readNodeStart } from "./node-start.ts";
import { readProcess } from "./process.ts";
import { openFiles } from "./sockets.ts";

/** The data directory that a node has locked; null before the lock, or if its open files are not readable. */
export function lockedDirectoryOf(pid: number): string | null {
  return lockedDirectory(openFiles(pid) ?? []);
}

/**
 * The data directory of a process's network, as the process's own path: the directory that it has locked, or else the
 * one in its settings, which are read with the rights of its user. Null if unknown.
 */
export function dataDirectoryOf(pid: number): string | null {
  const user = userOf(pid);
  if (!user) return null;
  const start = readNodeStart(pid);
  if (start.openDirectory !== null) return start.openDirectory;
  try {
    return asUser(user, () => readConfiguration(start)).directory;
  } catch (error) {
    if (error instanceof CorelensError) return null;
    throw error;
  }
}

/** Distinguishes nodes: `bitcoind (pid 4711, /home/anna/.bitcoin/signet)`. */
export function nodeTitle(pid: number): string {
  const process = readProcess(pid);
  const name = process ? basename(process.executable.path) : "a process";
  const directory = dataDirectoryOf(pid);
  return `${name} (pid ${pid}${directory === null ? "" : `, ${directory}`})`;
}

/** The error for a target that matches several nodes. */
export function ambiguousNodes(what: string, pids: readonly number[]): CorelensError {
  return new CorelensError(
    "NODE_AMBIGUOUS",
    `${what}: ${pids.map(nodeTitle).join(", ")}`,
    `name one by its pid, such as ${pids[0]}, or by its pid file`,
  );
}
