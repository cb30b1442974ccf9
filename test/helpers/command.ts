import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { jsonLines } from "./json-lines.ts";
import { until } from "./stream.ts";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const PROGRAM = `${REPOSITORY}bin/corelens`;

/** The built command line, running. It ends with the test at the latest. */
export class RunningCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  stdout = "";
  stderr = "";

  /** @param launch what starts it, when it is not started directly: a command that becomes the program */
  constructor(
    args: readonly string[],
    { launch = [], program = PROGRAM, env = {} }: LaunchOptions = {},
  ) {
    const [command = process.execPath, ...rest] = [...launch, process.execPath, program, ...args];
    this.process = spawn(command, rest, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, STATE_DIRECTORY: stateDirectory(), ...env },
    });
    this.process.stdout?.on("data", (chunk) => {
      this.stdout += chunk;
    });
    this.process.stderr?.on("data", (chunk) => {
      this.stderr += chunk;
    });
    this.ended = once(this.process, "close");
    onTestFinished(() => {
      this.process.kill("SIGKILL");
    });
  }

  get exitStatus(): number | null {
    return this.process.exitCode;
  }

  /** What it printed with --json. */
  get lines(): Record<string, unknown>[] {
    return jsonLines(this.stdout);
  }

  /** Resolves to the pid of the process without rights, once the target is attached and the worker told of it. */
  async worker(): Promise<number> {
    await until("the command is attached", () => {
      if (this.exitStatus !== null) throw new Error(this.stderr);
      return this.stdout.includes("corelens:attached");
    });
    return this.child;
  }

  /** The pid of the process that it started. */
  get child(): number {
    const pid = this.process.pid;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii").trim());
  }
}

interface LaunchOptions {
  readonly launch?: readonly string[];
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
}

let commands = 0;

/** Where a command keeps its history, unless it is told otherwise: a directory of its own. */
function stateDirectory(): string {
  const path = join(tmpdir(), `corelens-test-state-${process.pid}-${++commands}`);
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 9 }));
  return path;
}
