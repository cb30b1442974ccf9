import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

/** Source of the program that does what tests say: target.c. */
export const TARGET_SOURCE = fileURLToPath(new URL("target.c", import.meta.url));

/** A directory that is removed after the tests of the file that asked for it. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "corelens-test-")));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** Compiles C or assembly sources to a program at `path`. */
export function compile(
  path: string,
  sources: readonly string[],
  flags: readonly string[] = [],
): void {
  execFileSync("gcc", ["-O2", "-pthread", ...flags, "-o", path, ...sources], { stdio: "pipe" });
}
