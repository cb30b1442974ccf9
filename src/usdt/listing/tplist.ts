import type { Argument } from "../argument.ts";
import { type Probe, probeName } from "../probe.ts";

/**
 * Prints probes like BCC's `tplist -l PATH`; with `verbose`, like `tplist -v -l PATH`.
 *
 * All sites of a name are one entry, with the semaphore and the arguments of the first site. Sites outside of code are
 * omitted. Like BCC, this counts the arguments before the first one that BCC cannot read. BCC accepts vector
 * registers, which corelens cannot read, but not `8f@`.
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
