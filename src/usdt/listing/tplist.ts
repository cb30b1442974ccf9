import type { Argument } from "../argument.ts";
import { type Probe, probeName } from "../probe.ts";

/**
 * Probes as BCC's `tplist -l PATH` prints them, and with `verbose` as `tplist -v -l PATH` does.
 *
 * Sites of one name are one entry, which shows the semaphore and the arguments of the first; sites outside of code
 * are left out. BCC counts the arguments up to the first that it cannot read, and so does this listing: BCC reads no
 * `8f@`, and takes vector registers, which corelens does not.
 */
export function tplistListing(path: string, probes: readonly Probe[], verbose = false): string {
  const sitesOf = new Map<string, Probe[]>();
  for (const probe of probes.filter(({ fileOffset }) => fileOffset !== null)) {
    const name = probeName(probe);
    const sites = sitesOf.get(name);
    if (sites === undefined) {
      sitesOf.set(name, [probe]);
    } else {
      sites.push(probe);
    }
  }
  return Array.from(sitesOf, ([name, sites]) =>
    verbose ? details(name, sites) : `${path} ${name}\n`,
  ).join("");
}

function details(name: string, sites: readonly Probe[]): string {
  const { semaphore, arguments: all } = sites[0]!;
  const unreadable = all.findIndex((argument) => !isCounted(argument));
  return [
    `${name} [sema 0x${semaphore.toString(16)}]`,
    `  ${sites.length} location(s)`,
    `  ${unreadable < 0 ? all.length : unreadable} argument(s)`,
    "",
  ].join("\n");
}

function isCounted(argument: Argument): boolean {
  if ("float" in argument) return false;
  return argument.kind !== "unreadable" || /^(-?\d+@)?%xmm\d+$/.test(argument.text);
}
