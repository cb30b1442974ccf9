import type { Probe } from "../probe.ts";

/** Prints probes like the `.note.stapsdt` section in `readelf -n`; the empty string if there are none. */
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
      addresses(probe),
      `    Arguments: ${probe.argumentText}`,
    ]),
    "",
  ].join("\n");
}

function addresses({ location, base, semaphore, wordSize }: Probe): string {
  const [l, b, s] = [location, base, semaphore].map((value) => hex(value, 2 * wordSize));
  return `    Location: ${l}, Base: ${b}, Semaphore: ${s}`;
}

/** Three addresses and three strings, each with its NUL. */
function descriptorSize({ provider, name, argumentText, wordSize }: Probe): number {
  return 3 * wordSize + Buffer.byteLength(`${provider}\0${name}\0${argumentText}\0`);
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
