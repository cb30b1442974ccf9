import { type Binary, tryReadBinary } from "./binary.ts";
import { listPids, readProcess } from "./process.ts";

/**
 * Finds the program of a debug information file: it has the same build ID, and is at one of the usual places or
 * running.
 * @returns its path; null if it is not found
 */
export function programOf({ path, buildId }: Binary): string | null {
  if (buildId === null) return null;
  const isProgram = (candidate: string) =>
    candidate !== path && tryReadBinary(candidate)?.buildId === buildId;
  const running = () => listPids().flatMap((pid) => readProcess(pid)?.executable.path ?? []);
  return placesOfProgram(path).find(isProgram) ?? [...new Set(running())].find(isProgram) ?? null;
}

/**
 * `build/bitcoind.dbg` belongs to `build/bitcoind`, `bin/.debug/bitcoind.debug` to `bin/bitcoind`, and
 * `/usr/lib/debug/usr/bin/bitcoind.debug` to `/usr/bin/bitcoind`.
 */
function placesOfProgram(path: string): string[] {
  const name = path.replace(/\.(dbg|debug)$/, "");
  return [name, name.replace(/\/\.debug\/(?=[^/]+$)/, "/"), name.replace(/^\/usr\/lib\/debug/, "")];
}
