import { CorelensError } from "../errors.ts";
import { wrapped } from "../text/wrap.ts";

/**
 * Standard output with back-pressure: the caller waits until the reader of a pipe has taken the text.
 */
export class Output {
  readonly #stream = process.stdout;
  readonly isTerminal = process.stdout.isTTY === true;
  /** Only terminals have colours, and only without NO_COLOR. */
  readonly hasColour = this.isTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb";

  constructor() {
    // Each write reports its own error. Without a listener the first error would end the process.
    this.#stream.off("error", ignore).on("error", ignore);
  }

  /** Columns of the terminal; a readable width for a file or a pipe. */
  get columns(): number {
    return this.#stream.columns ?? 100;
  }

  /** Lines of the terminal; unlimited for a file or a pipe. */
  get rows(): number {
    return this.#stream.rows ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Writes text for people: on a terminal, lines are broken between words.
   * @param indent of the further rows of a wrapped line; chosen for each line when undefined
   * @throws CorelensError OUTPUT_GONE
   */
  writeLines(text: string, indent?: number): Promise<void> {
    return this.write(this.isTerminal ? wrapped(text, this.columns, indent) : text);
  }

  /**
   * Resolves when the system has accepted the text.
   * @throws CorelensError OUTPUT_GONE on a closed pipe or a full disk
   */
  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(text, (error) => {
        if (error) reject(outputGone(error));
        else resolve();
      });
    });
  }
}

function ignore(): void {}

function outputGone(cause: NodeJS.ErrnoException): CorelensError {
  const message = `writing the output failed: ${cause.message}`;
  return new CorelensError("OUTPUT_GONE", message, undefined, { cause });
}
