import { setTimeout as sleep } from "node:timers/promises";
import { format } from "node:util";
import * as corelens from "../../src/index.ts";

const MODULES: Readonly<Record<string, unknown>> = {
  corelens,
  "node:timers/promises": { setTimeout: sleep },
};

/**
 * Runs a program out of the documents as a user would, who gives it these arguments.
 * @returns the lines that it prints
 */
export async function runDocumented(code: string, ...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  const log = (...values: unknown[]) => lines.push(format(...values));
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  const body = code.replace(
    /^import (\{.*\}) from "(.*)";$/gm,
    (_, names, name) => `const ${names} = modules[${JSON.stringify(name)}];`,
  );
  const run = new AsyncFunction("modules", "process", "console", body);
  await run(MODULES, { argv: ["node", "program.js", ...args] }, { log });
  return lines;
}
