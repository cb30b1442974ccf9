import { type Binary, tryReadBinary } from "./binary.ts";
import { listPids, readProcess } from "./process.ts";

/**
 * The program that a file of debug information was split from: it has the same build ID and lies where such files are
 * kept beside their programs, or runs.
 * @returns its path; null when it is not found
 */
export function programOf({ path, buildId }: Binary): string | null {
  if (buildId === null) return null;
  const isProgram = (candidate: string) =>
    candidate !== path && tryReadBinary(candidate)?.buildId === buildId;
  const running = () => listPids().flatMap((pid) => readProcess(pid)?.executable.path ?? []);
  return placesOfProgram(path).find(isProgram) ?? [...new Set(running())].find(isProgram) ?? null;
}

/**
 * `build/bitcoind.dbg` is of `build/bitcoind`, `bin/.debug/bitcoind.debug` of `bin/bitcoind`, and
 * `/usr/lib/debug/usr/bin/bitcoind.debug` of `/usr/bin/bitcoind`.
 */
function placesOfProgram(path: string): string[] {
  const name = path.replace(/\.(dbg|debug)$/, "");
  return [name, name.replace(/\/\.debug\/(?=[^/]+$)/, "/"), name.replace(/^\/usr\/lib\/debug/, "")];
}
