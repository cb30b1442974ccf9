import { CorelensError } from "../errors.ts";
import { wrapped } from "../text/wrap.ts";

/**
 * Standard output with back-pressure: what the reader of a pipe does not take in time, the caller does not produce.
 */
export class Output {
  readonly #stream = process.stdout;
  readonly isTerminal = process.stdout.isTTY === true;
  /** Colours are for people, and not for those who set NO_COLOR. */
  readonly hasColour = this.isTerminal && !process.env.NO_COLOR && process.env.TERM !== "dumb";

  constructor() {
    // Every write is told its own error; without a listener the first would end the process. One is enough.
    this.#stream.off("error", ignore).on("error", ignore);
  }

  /** Columns of the terminal; of a file or a pipe, what is still well read. */
  get columns(): number {
    return this.#stream.columns ?? 100;
  }

  /** Lines of the terminal; a file or a pipe has room for all. */
  get rows(): number {
    return this.#stream.rows ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Writes text for people: on a terminal, lines are broken between words.
   * @param indent where the rest of a broken line begins; where it looks best when left out
   * @throws CorelensError OUTPUT_GONE
   */
  writeLines(text: string, indent?: number): Promise<void> {
    return this.write(this.isTerminal ? wrapped(text, this.columns, indent) : text);
  }

  /**
   * Resolves when the text was handed to the system.
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
  const message = `the output cannot be written any more: ${cause.message}`;
  return new CorelensError("OUTPUT_GONE", message, undefined, { cause });
}
