/*
 * The descriptor of a `stapsdt` note of type 3, which <sys/sdt.h> makes of every probe:
 *
 *   ┌──────────┬──────┬───────────┬────────────┬────────┬─────────────┐
 *   │ location │ base │ semaphore │ provider\0 │ name\0 │ arguments\0 │
 *   └──────────┴──────┴───────────┴────────────┴────────┴─────────────┘
 *    8 bytes each, addresses       UTF-8, to the descriptor's very end
 */
import type { Note } from "../elf/note.ts";

export interface StapsdtNote {
  readonly provider: string;
  readonly name: string;
  readonly location: number;
  readonly base: number;
  readonly semaphore: number;
  readonly argumentText: string;
}

const TYPE = 3;
const ADDRESSES_SIZE = 24;

/** Real ones take some hundred bytes. */
const MAX_SIZE = 65_536;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function isStapsdt({ owner, type }: Note): boolean {
  return owner === "stapsdt" && type === TYPE;
}

/** Reads the descriptor, or says why it cannot be read. */
export function parseStapsdt({ descriptor }: Note): StapsdtNote | { readonly reason: string } {
  if (descriptor.length < ADDRESSES_SIZE) {
    return { reason: "the note is too short for its addresses" };
  }
  if (descriptor.length > MAX_SIZE) {
    return { reason: "the note is absurdly long" };
  }
  const view = new DataView(descriptor.buffer, descriptor.byteOffset, ADDRESSES_SIZE);
  const [location, base, semaphore] = [0, 8, 16].map((at) => Number(view.getBigUint64(at, true)));
  if (!isAddress(location) || !isAddress(base) || !isAddress(semaphore)) {
    return { reason: "the note has an address beyond 2^53" };
  }

  const strings = decode(descriptor.subarray(ADDRESSES_SIZE))?.split("\0") ?? [];
  const [provider, name, argumentText, end] = strings;
  if (strings.length !== 4 || !provider || !name || argumentText === undefined || end !== "") {
    return { reason: "the note does not consist of a provider, a name and arguments" };
  }
  // A terminal would obey control characters in a name.
  if (/\p{Cc}/u.test(provider + name + argumentText)) {
    return { reason: "the note has control characters in its texts" };
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
