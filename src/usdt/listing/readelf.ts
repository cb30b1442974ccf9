import type { Probe } from "../probe.ts";

/** Probes as `readelf -n` prints a file's `.note.stapsdt` section; nothing when there are none. */
export function readelfListing(probes: readonly Probe[]): string {
  if (probes.length === 0) {
    return "";
  }
  return [
    "",
    "Displaying notes found in: .note.stapsdt",
    "  Owner                Data size \tDescription",
    ...probes.flatMap((probe) => [
      `  stapsdt              ${hex(descriptorSize(probe), 8)}\tNT_STAPSDT (SystemTap probe descriptors)`,
      `    Provider: ${probe.provider}`,
      `    Name: ${probe.name}`,
      `    Location: ${hex(probe.location, 16)}, Base: ${hex(probe.base, 16)}, Semaphore: ${hex(probe.semaphore, 16)}`,
      `    Arguments: ${probe.argumentText}`,
    ]),
    "",
  ].join("\n");
}

/** Three addresses and three strings, each with its NUL. */
function descriptorSize({ provider, name, argumentText }: Probe): number {
  return 24 + Buffer.byteLength(`${provider}\0${name}\0${argumentText}\0`);
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
