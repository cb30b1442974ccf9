import { vi } from "vitest";
import { main } from "../../src/cli/main.ts";

export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** Runs `corelens ...args` in this process. */
export async function corelens(...args: readonly string[]): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((name) =>
    vi.spyOn(process[name], "write").mockImplementation((text, ...rest: unknown[]) => {
      written[name] += text;
      for (const argument of rest) if (typeof argument === "function") argument();
      return true;
    }),
  );
  const before = process.exitCode;
  try {
    process.exitCode = undefined;
    const status = await main(["node", "corelens", ...args]);
    return { ...written, status };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
