import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Part, parsePart } from "./part.ts";

/** A table's files with their sizes and last changes. */
export interface StoredPart extends Part {
  readonly bytes: number;
  /** In ms since the epoch. */
  readonly changed: number;
}

/**
 * The parts of a table in no order. Other files are left alone. An older corelens did not have every table: a missing
 * directory is empty.
 */
export async function listParts(directory: string): Promise<StoredPart[]> {
  const parts = (await namesIn(directory)).flatMap((name) => parsePart(name) ?? []);
  const stored = parts.map(async (part) => {
    try {
      const { size, mtimeMs } = await stat(join(directory, part.name));
      return [{ ...part, bytes: size, changed: mtimeMs }];
    } catch {
      // Another process has merged it meanwhile.
      return [];
    }
  });
  return (await Promise.all(stored)).flat();
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
