import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { CorelensError } from "../../errors.ts";
import { listPids, readProcess } from "./process.ts";

/** The names of node executables. */
export const NODE_NAMES = new Set(["bitcoind", "bitcoin-node", "bitcoin-qt", "bitcoin-gui"]);

/** Why the search found no running node: no node runs, or all of them belong to other users. */
export function nodeNotFound(): CorelensError {
  const hidden = listPids()
    .map((pid) => ({ pid, command: commandOf(pid) }))
    .filter(({ pid, command }) => NODE_NAMES.has(basename(command)) && readProcess(pid) === null);
  const [first] = hidden;
  if (!first) return new CorelensError("NODE_NOT_FOUND", "no running Bitcoin Core node was found");
  const processes = hidden.map(({ pid, command }) => `${pid} (${command})`).join(", ");
  return new CorelensError(
    "NO_PERMISSION",
    `no permission to inspect ${hidden.length > 1 ? "processes" : "process"} ${processes} of another user`,
    `run it with sudo or as that user, or name the binary: ${first.command}`,
  );
}

/** The first word of the command line: a path, or a name that was found in PATH. Every user may read it. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "";
  } catch {
    return "";
  }
}
