import { spawnSync } from "node:child_process";
import { describe, it } from "vitest";
import { CorelensError } from "../../src/errors.ts";
import { detectAttachSupport } from "../../src/tracer/support.ts";

/** What a test needs of the machine: the reason why it lacks it, or null. */
export type Need = () => string | null;

/** Tests that a machine may be unable to run: skipped with the reason in their name, but in CI they must run. */
export function describeNeeding(needs: readonly Need[], name: string, tests: () => void): void {
  const lacking = needs.map((need) => need()).filter((reason) => reason !== null);
  if (lacking.length > 0 && process.env.CI !== "true") {
    it.skip(`${name} (skipped: ${lacking.join(", ")})`);
  } else {
    describe(name, tests);
  }
}

export const rightsToTrace: Need = () => {
  try {
    detectAttachSupport();
    return null;
  } catch (error) {
    if (error instanceof CorelensError) return error.message;
    throw error;
  }
};

export const root: Need = () => (process.getuid?.() === 0 ? null : "not root");

export const compiler: Need = () =>
  succeeds("gcc", "-E", "-include", "sys/sdt.h", "-x", "c", "/dev/null")
    ? null
    : "no gcc with sys/sdt.h";

export const tool =
  (name: string, versionOption = "--version"): Need =>
  () =>
    succeeds(name, versionOption) ? null : `no ${name}`;

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
