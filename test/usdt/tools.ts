import { execFileSync, spawnSync } from "node:child_process";
import { describe } from "vitest";

type Tool = "readelf" | "gdb" | "tplist-bpfcc" | "gcc" | "llvm-strip" | "nm" | "sys/sdt.h";

/** What a tool prints on standard output; it must succeed. */
export function run(tool: string, ...args: string[]): string {
  return execFileSync(tool, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 64 << 20,
  });
}

/** Tests that compare with other tools: skipped where one is missing, except in CI, which must have them. */
export function describeWith(tools: readonly Tool[], name: string, tests: () => void): void {
  const missing = tools.filter((tool) => !isInstalled(tool));
  if (missing.length > 0 && process.env.CI !== "true") {
    describe.skip(`${name} (skipped: no ${missing.join(", ")})`, tests);
  } else {
    describe(name, tests);
  }
}

function isInstalled(tool: Tool): boolean {
  if (tool === "sys/sdt.h") {
    return spawnSync("gcc", ["-E", "-include", tool, "-x", "c", "/dev/null"]).status === 0;
  }
  return spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0;
}
