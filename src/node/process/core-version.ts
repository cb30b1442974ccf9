import type { ElfFile } from "../../elf/elf.ts";
import type { Section } from "../../elf/section.ts";

/**
 * The version in a Bitcoin Core binary, which `-version` prints. A development build has `v31.99.0-1e2ece2c616a`, with
 * `-g` if built from an archive, or `-unk` without a commit; a release has `v31.0.0` or `v31.0`. Compilers may keep
 * only its first 16 bytes among the constants, and put the rest into the code.
 */
const DEVELOPMENT = /v(\d{2})\.\d{1,2}\.\d{1,2}-(?:g?[0-9a-f]{6}|unk(?=\0))/g;
const RELEASE = /\0v(\d{2})\.\d{1,2}(?:\.\d{1,2})?(?:rc\d{1,2})?(?=\0)/g;

/** Larger than the constants of any build. */
const MAX_BYTES = 16 << 20;
const WINDOW_BYTES = 64 << 10;
const MAX_VERSION_BYTES = 32;

/**
 * @returns the major version; undefined if the file has none or several. A library's version may have the same form,
 *   and a wrong guess would give values wrong names
 */
export function readCoreVersion(elf: ElfFile): number | undefined {
  const section = elf.sections.find(({ name }) => name === ".rodata");
  if (!section || section.size > MAX_BYTES) return undefined;
  for (const pattern of [DEVELOPMENT, RELEASE]) {
    const majors = new Set<number>();
    for (const text of windows(elf, section)) {
      for (const match of text.matchAll(pattern)) majors.add(Number(match[1]));
    }
    if (majors.size === 1) return [...majors][0];
  }
  return undefined;
}

/** The section in parts that overlap by a version: new memory for all of it costs more than reading it. */
function* windows({ reader }: ElfFile, { offset, size }: Section): Generator<string> {
  for (let at = 0; at < size; at += WINDOW_BYTES) {
    const length = Math.min(WINDOW_BYTES + MAX_VERSION_BYTES, size - at);
    const { buffer, byteOffset } = reader.bytes(offset + at, length, ".rodata");
    yield Buffer.from(buffer, byteOffset, length).toString("latin1");
  }
}
