import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function makeTemporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), "corelens-bench-"));
}

/** Runs `work` with a directory that is removed afterwards. */
export async function inTemporaryDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = makeTemporaryDirectory();
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
