import { spawnSync } from "node:child_process";
import { test } from "vitest";

/** Output of a tool that ends by itself; its complaints count as output. */
export function run(tool: string, ...args: string[]): string {
  const { stdout, stderr, error } = spawnSync(tool, args, { encoding: "utf8" });
  if (error) throw error;
  return stdout + stderr;
}

/** A test that needs an independent tool, and perhaps root to use it: skipped where there is none, but not in CI. */
export function testWith(
  tool: string,
  behaviour: string,
  body: () => void | Promise<void>,
  needs: { root: boolean } = { root: false },
): void {
  const absent = spawnSync(tool, ["--help"]).error !== undefined && `${tool} is not installed`;
  const reason = absent || (needs.root && process.getuid?.() !== 0 && "needs root");
  if (reason && process.env.CI !== "true") {
    test.skip(`${behaviour} (${reason})`, body);
  } else {
    test(behaviour, body);
  }
}
