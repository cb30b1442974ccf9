/*
 * The descriptor of a `stapsdt` note of type 3. <sys/sdt.h> writes one for each probe:
 *
 *   ┌──────────┬──────┬───────────┬────────────┬────────┬─────────────┐
 *   │ location │ base │ semaphore │ provider\0 │ name\0 │ arguments\0 │
 *   └──────────┴──────┴───────────┴────────────┴────────┴─────────────┘
 *    addresses, 4 or 8 bytes each  UTF-8, up to the end of the descriptor
 */
import type { Note } from "../elf/note.ts";
import type { ElfReader } from "../elf/reader.ts";

export interface StapsdtNote {
  readonly provider: string;
  readonly name: string;
  readonly location: number;
  readonly base: number;
  readonly semaphore: number;
  readonly argumentText: string;
}

const TYPE = 3;

/** Real descriptors have a few hundred bytes. */
const MAX_SIZE = 65_536;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function isStapsdt({ owner, type }: Note): boolean {
  return owner === "stapsdt" && type === TYPE;
}

/** Parses the descriptor. Returns the reason if it cannot be read. */
export function parseStapsdt(
  { descriptor }: Note,
  { wordSize, littleEndian }: Pick<ElfReader, "wordSize" | "littleEndian">,
): StapsdtNote | { readonly reason: string } {
  const addressesSize = 3 * wordSize;
  if (descriptor.length < addressesSize) {
    return { reason: "the note is too short for its addresses" };
  }
  if (descriptor.length > MAX_SIZE) {
    return { reason: `the note is longer than ${MAX_SIZE} bytes` };
  }
  const view = new DataView(descriptor.buffer, descriptor.byteOffset, addressesSize);
  const [location, base, semaphore] = [0, 1, 2].map((index) =>
    wordSize === 4
      ? view.getUint32(4 * index, littleEndian)
      : Number(view.getBigUint64(8 * index, littleEndian)),
  );
  if (!isAddress(location) || !isAddress(base) || !isAddress(semaphore)) {
    return { reason: "the note has an address beyond 2^53" };
  }

  const strings = decode(descriptor.subarray(addressesSize))?.split("\0") ?? [];
  const [provider, name, argumentText, end] = strings;
  if (strings.length !== 4 || !provider || !name || argumentText === undefined || end !== "") {
    return { reason: "the note does not contain exactly a provider, a name and arguments" };
  }
  // A terminal would execute control characters in a name.
  if (/\p{Cc}/u.test(provider + name + argumentText)) {
    return { reason: "a text of the note contains control characters" };
  }
  return { provider, name, location, base, semaphore, argumentText };
}

function isAddress(value: number | undefined): value is number {
  return Number.isSafeInteger(value);
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
