import { emitKeypressEvents, type Interface, type Key as Keypress } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import type { FromWorker } from "../session/privilege/messages.ts";
import type { Key } from "../text/screen/screen-tool.ts";
import { isWorker } from "./run-session.ts";

/**
 * The terminal as a screen of lines.
 *
 *     normal buffer ──open──► alternate buffer, raw keys ──close──► normal buffer, as it was
 *
 * Only changed lines are written, inside a synchronized update (mode 2026), which supporting terminals show at once.
 * Before the process ends, except by SIGKILL, the terminal is restored, so that a crash message stays readable.
 */
export interface ScreenListener {
  onKey(key: Key): void;
  /** Called when the size changed or the screen was resumed: redraw everything. */
  onResize(): void;
}

/** Alternate buffer without a cursor; long lines are truncated, not wrapped. */
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
/** Restores the buffer and the cursor of a terminal. */
export const LEAVE = "\x1b[?2026l\x1b[?7h\x1b[?25h\x1b[?1049l";
const BEGIN_UPDATE = "\x1b[?2026h";
const END_UPDATE = "\x1b[?2026l";

/** Maximum time for the rest of a key's sequence. After it, Escape is the key itself. */
const ESCAPE_MS = 50;

export class Screen {
  readonly #input = process.stdin;
  readonly #output = process.stdout;
  readonly #listener: ScreenListener;
  readonly #close = (): void => this.close();
  /** The sender may have signalled the whole process group, so the signal is not forwarded. */
  readonly #stop = (): void => {
    this.#rest();
    if (!isWorker()) process.kill(process.pid, "SIGSTOP");
  };
  readonly #resize = (): void => {
    this.#drawn = [];
    this.#listener.onResize();
  };
  readonly #keypress = (_: string | undefined, key: Keypress): void => {
    const name = keyOf(key);
    // Redraw, as in other programs: something else wrote to the terminal.
    if (name === "ctrl-l") this.#resize();
    else this.#listener.onKey(name);
  };
  /** The lines on the terminal. */
  #drawn: readonly string[] = [];
  #isOpen = false;
  /** Open but suspended. */
  #isResting = false;

  /** Whether standard input and output are a terminal that can be a screen. */
  static isPossible(): boolean {
    return process.stdout.isTTY === true && process.env.TERM !== "dumb";
  }

  constructor(listener: ScreenListener) {
    this.#listener = listener;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    // Writes to a closed terminal fail; SIGHUP reports that it closed.
    for (const stream of [this.#input, this.#output]) stream.on("error", () => {});
    this.#output.on("resize", this.#resize);
    process.on("exit", this.#close);
    process.on("uncaughtExceptionMonitor", this.#close);
    process.on("SIGTSTP", this.#stop);
    if (this.#input.isTTY) {
      emitKeypressEvents(this.#input, { escapeCodeTimeout: ESCAPE_MS } as unknown as Interface);
      this.#input.on("keypress", this.#keypress);
    }
    this.#enter();
  }

  /** @param lines from the top, with colour codes but no other control characters */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen || this.#isResting) return;
    const before = this.#drawn;
    const { columns, rows } = this;
    let update = before.length === 0 ? "\x1b[2J" : "";
    for (let row = 0; row < rows; row++) {
      const line = lines[row] ?? "";
      if (line === (before[row] ?? "")) continue;
      // After a full line the cursor is on its last character.
      const rest = stripVTControlCharacters(line).length < columns ? "\x1b[K" : "";
      update += `\x1b[${row + 1};1H${line}${rest}`;
    }
    this.#drawn = lines.slice(0, rows);
    if (update !== "") this.#output.write(`${BEGIN_UPDATE}${update}${END_UPDATE}`);
  }

  /** Restores the terminal and suspends the process, as Ctrl-Z does. */
  suspend(): void {
    this.#rest();
    // The shell waits for the process that it started: with two processes, that is the parent.
    if (isWorker()) process.send?.({ type: "suspend" } satisfies FromWorker);
    else process.kill(process.pid, "SIGSTOP");
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#output.off("resize", this.#resize);
    process.off("exit", this.#close);
    process.off("uncaughtExceptionMonitor", this.#close);
    process.off("SIGTSTP", this.#stop);
    this.#input.off("keypress", this.#keypress);
    if (!this.#isResting) this.#leave();
  }

  #rest(): void {
    if (!this.#isOpen || this.#isResting) return;
    this.#isResting = true;
    this.#leave();
    process.once("SIGCONT", () => {
      this.#isResting = false;
      if (!this.#isOpen) return;
      this.#enter();
      this.#resize();
    });
  }

  #enter(): void {
    this.#drawn = [];
    if (this.#input.isTTY) this.#input.setRawMode(true).resume();
    this.#output.write(ENTER);
  }

  #leave(): void {
    this.#output.write(LEAVE);
    if (this.#input.isTTY) this.#input.setRawMode(false).pause();
  }
}

function keyOf({ name, sequence, ctrl, meta }: Keypress): Key {
  if (ctrl && name) return `ctrl-${name}`;
  if (!meta && sequence !== undefined && /^[^\p{Cc}]$/u.test(sequence)) return sequence;
  return name ?? "";
}
