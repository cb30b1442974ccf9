import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { CorelensError } from "../../errors.ts";
import { listPids, readProcess } from "./process.ts";

/** What executables of nodes are called. */
export const NODE_NAMES = new Set(["bitcoind", "bitcoin-node", "bitcoin-qt", "bitcoin-gui"]);

/** Why the search for a running node found none: none runs, or those that do belong to somebody else. */
export function nodeNotFound(): CorelensError {
  const hidden = listPids()
    .map((pid) => ({ pid, command: commandOf(pid) }))
    .filter(({ pid, command }) => NODE_NAMES.has(basename(command)) && readProcess(pid) === null);
  const [first] = hidden;
  if (!first) return new CorelensError("NODE_NOT_FOUND", "no running Bitcoin Core node was found");
  const processes = hidden.map(({ pid, command }) => `${pid} (${command})`).join(", ");
  return new CorelensError(
    "NO_PERMISSION",
    `only the user of process ${processes} or root may look at it`,
    `run it with sudo or as that user, or name the binary: ${first.command}`,
  );
}

/** As the process was started: a path, or a name that was looked for in PATH. Everybody may read it. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")[0] ?? "";
  } catch {
    return "";
  }
}
