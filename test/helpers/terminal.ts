import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { REPOSITORY } from "./command.ts";
import { until } from "./stream.ts";

const PROGRAM = `${REPOSITORY}bin/corelens`;

/** What the shell writes when it waits for a command. */
export const PROMPT = "prompt>";

/** A real terminal with a shell in it: a tmux of its own, closed when the test is over. */
export class Terminal {
  readonly #socket: string;

  constructor(columns: number, rows: number) {
    const directory = mkdtempSync(join(tmpdir(), "corelens-terminal-"));
    this.#socket = join(directory, "tmux");
    const size = ["-x", String(columns), "-y", String(rows)];
    this.#tmux("-f", "/dev/null", "-u", "new-session", "-d", ...size, `env PS1='${PROMPT} ' sh -i`);
    onTestFinished(() => {
      this.#tmux("kill-server");
      rmSync(directory, { recursive: true });
    });
  }

  /** Types a command of corelens and Enter. */
  corelens(args: string, nodeOptions = ""): void {
    this.type(`${process.execPath} ${nodeOptions} ${PROGRAM} ${args}`);
    this.press("Enter");
  }

  type(text: string): void {
    this.#tmux("send-keys", "-l", text);
  }

  /** Keys as tmux calls them. */
  press(...keys: readonly string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** What is seen. */
  get lines(): string[] {
    return this.#tmux("capture-pane", "-p").split("\n").slice(0, -1);
  }

  /** Resolves to what is seen, once it has that. */
  async shows(text: string | RegExp): Promise<string[]> {
    const has = (seen: string) =>
      typeof text === "string" ? seen.includes(text) : text.test(seen);
    await until(`the terminal shows ${text}, not\n${this.lines.join("\n")}`, () =>
      has(this.lines.join("\n")),
    );
    return this.lines;
  }

  /** What a program can change of it: its buffer, its cursor, and how it treats keys. */
  get state(): { readonly alternate: string; readonly cursor: string; readonly keys: string } {
    const [alternate, cursor, wrap, tty] = this.#tmux(
      ...["display-message", "-p", "#{alternate_on} #{cursor_flag} #{wrap_flag} #{pane_tty}"],
    )
      .trim()
      .split(" ");
    const keys = execFileSync("stty", ["-a", "-F", tty!], { encoding: "utf8" });
    return { alternate: alternate!, cursor: `${cursor}${wrap}`, keys };
  }

  /** The pid of what runs in it: of two processes, the one that reads the keys. */
  get program(): number {
    let pid = this.#tmux("display-message", "-p", "#{pane_pid}").trim();
    for (;;) {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii").trim();
      if (children === "") return Number(pid);
      pid = children.split(" ").at(-1)!;
    }
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-S", this.#socket, ...args], { encoding: "utf8" });
  }
}
