import type { Probe } from "../probe.ts";

const HEADINGS = ["Type", "Provider", "Name", "Where", "Semaphore", "Object"];

/**
 * Prints probes like gdb's `info probes`, sorted by provider, name and address.
 * @param path the file's path; gdb resolves symbolic links
 */
export function gdbListing(path: string, probes: readonly Probe[]): string {
  if (probes.length === 0) {
    return "No probes matched.\n";
  }
  const rows = probes
    .toSorted(
      (a, b) => compare(a.provider, b.provider) || compare(a.name, b.name) || a.address - b.address,
    )
    .map((probe) => [
      "stap",
      probe.provider,
      probe.name,
      address(probe.address, probe),
      probe.semaphore === 0 ? "" : address(probe.semaphore + probe.address - probe.location, probe),
      path,
    ]);
  const widths = HEADINGS.map((heading, column) =>
    rows.reduce((width, row) => Math.max(width, row[column]!.length), heading.length),
  );
  return [HEADINGS, ...rows]
    .map((row) => `${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" ")} \n`)
    .join("");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function address(value: number, { wordSize }: Probe): string {
  return `0x${value.toString(16).padStart(2 * wordSize, "0")}`;
}
