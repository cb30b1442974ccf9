import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { journalPart } from "./part.ts";

/** A journal of this size or age is complete. */
const MAX_BYTES = 8 << 20;
const MAX_AGE_MS = 10 * 60_000;
/** Rows that wait while the disk is full: about a minute of a busy node. */
const MAX_WAITING = 4 << 20;

/**
 * The newest rows of a table, a line of JSON each, in a file that is only appended to. A crash can cut the last line, and
 * readers skip it.
 */
export class Journal {
  readonly #directory: string;
  readonly #clock: () => number;
  #number: number;
  #file: FileHandle | null = null;
  #begun = 0;
  #bytes = 0;
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** Whether the file may end within a line. */
  #isTorn = false;
  /** Rows that were dropped because they could not be written. */
  dropped = 0;

  /**
   * @param number of the first file
   * @param clock monotonic, in ms
   */
  constructor(directory: string, number: number, clock: () => number = () => performance.now()) {
    this.#directory = directory;
    this.#clock = clock;
    this.#number = number;
  }

  add(row: object): void {
    const line = `${JSON.stringify(row)}\n`;
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    while (this.#waitingBytes > MAX_WAITING) {
      this.#waitingBytes -= this.#waiting.shift()!.length;
      this.dropped++;
    }
  }

  /** Writes what was added. What cannot be written waits for the next call. @throws errors of the file system */
  async write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const rows = this.#waiting;
    const bytes = this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      const file = await this.#current();
      const text = rows.join("");
      await file.appendFile(this.#isTorn ? `\n${text}` : text);
      this.#isTorn = false;
      this.#bytes += bytes;
    } catch (error) {
      this.#isTorn = true;
      this.#waiting = [...rows, ...this.#waiting];
      this.#waitingBytes += bytes;
      throw error;
    }
  }

  /** Lets a crash of the machine lose nothing that was written. */
  async sync(): Promise<void> {
    await this.#file?.datasync();
  }

  /** Begins the next file if this one is full or old. @returns whether a file was completed */
  async rotate(): Promise<boolean> {
    if (this.#file === null) return false;
    if (this.#bytes < MAX_BYTES && this.#clock() - this.#begun < MAX_AGE_MS) return false;
    await this.close();
    return true;
  }

  /** The number of the file that is written to, or will be: those before it are complete. */
  get number(): number {
    return this.#number;
  }

  async close(): Promise<void> {
    if (this.#file === null) return;
    await this.#file.close();
    this.#file = null;
    this.#number++;
  }

  async #current(): Promise<FileHandle> {
    if (this.#file !== null) return this.#file;
    this.#file = await open(join(this.#directory, journalPart(this.#number).name), "ax", 0o600);
    this.#begun = this.#clock();
    this.#bytes = 0;
    this.#isTorn = false;
    return this.#file;
  }
}
