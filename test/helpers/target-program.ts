import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** A running program that does what lines on its standard input say (target.c). It ends with the test at the latest. */
export class TargetProgram {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
    onTestFinished(() => this.kill());
  }

  /**
   * Resolves when the program takes commands.
   * @param launch what starts it, when it is not started directly: a command that becomes the program
   * @param options of its own command line
   */
  static async start(
    path: string,
    {
      launch = [],
      options = [],
      cwd = "/tmp",
    }: { launch?: readonly string[]; options?: readonly string[]; cwd?: string } = {},
  ): Promise<TargetProgram> {
    const [command = path, ...args] = [...launch, path, ...options];
    const stdio: ["pipe", "pipe", "inherit"] = ["pipe", "pipe", "inherit"];
    const program = new TargetProgram(spawn(command, args, { stdio, cwd }));
    await program.answer();
    return program;
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Resolves to the program's answer, when the command is done. */
  async run(command: string): Promise<string> {
    this.#process.stdin!.write(`${command}\n`);
    return this.answer();
  }

  async semaphore(probe: string): Promise<number> {
    return Number(await this.run(`semaphore ${probe}`));
  }

  /** Resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  /** The next line it prints. */
  async answer(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the traced program ended");
    return value;
  }
}
