import type { ElfFile } from "../../elf/elf.ts";

/**
 * The version that Bitcoin Core's build writes into the binary, which it prints for `-version`:
 * `v31.99.0-1e2ece2c616a` of a development build, with `-g` where it was built from an archive and `-unk` without
 * either; `v31.0.0` or `v31.0` of a release. Compilers may leave only its first 16 bytes among the constants, and put
 * the rest into the code.
 */
const DEVELOPMENT = /v(\d{2})\.\d{1,2}\.\d{1,2}-(?:g?[0-9a-f]{6}|unk(?=\0))/g;
const RELEASE = /\0v(\d{2})\.\d{1,2}(?:\.\d{1,2})?(?:rc\d{1,2})?(?=\0)/g;

/** No build's constants are larger. */
const MAX_BYTES = 16 << 20;

/**
 * @returns the major version; undefined where the file names none, or several that differ: a library's
 *   version may look the same, and a guess would put wrong names on values
 */
export function readCoreVersion(elf: ElfFile): number | undefined {
  const section = elf.sections.find(({ name }) => name === ".rodata");
  if (!section || section.size > MAX_BYTES) return undefined;
  const { buffer, byteOffset, length } = elf.reader.bytes(section.offset, section.size, ".rodata");
  const text = Buffer.from(buffer, byteOffset, length).toString("latin1");
  for (const pattern of [DEVELOPMENT, RELEASE]) {
    const majors = new Set([...text.matchAll(pattern)].map((match) => Number(match[1])));
    if (majors.size === 1) return [...majors][0];
  }
  return undefined;
}
