import { CorelensError, type Problem } from "../errors.ts";
import type { KeptRowsByTable } from "../model/kept/kept-rows.ts";
import { Compactor } from "./compactor.ts";
import { requireEngine } from "./database.ts";
import { Journal } from "./journal.ts";
import { StateDirectory } from "./state-directory.ts";
import { listParts } from "./stored-part.ts";
import { COVERED, SOURCES } from "./tables.ts";

export interface StoreOptions {
  /** Bytes of its tables; recordings have a budget of their own. */
  readonly maxBytes: number;
  /** Monotonic, in ms. Default: the process's. */
  readonly clock?: () => number;
}

/** A power cut loses at most this. */
const SYNC_TICKS = 10;

/**
 * Writes what is kept of a node to a state directory: rows to journals every second, journals to Parquet files when they
 * are full. A killed process loses at most the last second, a machine that loses power the last ten.
 */
export class Store {
  readonly directory: StateDirectory;
  readonly #release: () => void;
  readonly #journals: ReadonlyMap<string, Journal>;
  readonly #compactor: Compactor;
  #ticks = 0;
  #writing: Promise<void> | null = null;
  #compacting: Promise<void> | null = null;
  /** Complete journals wait, also those that an earlier process left. */
  #isDue = true;
  #writeProblem: Problem | null = null;
  #compactProblem: Problem | null = null;

  private constructor(
    directory: StateDirectory,
    release: () => void,
    journals: ReadonlyMap<string, Journal>,
    maxBytes: number,
  ) {
    this.directory = directory;
    this.#release = release;
    this.#journals = journals;
    this.#compactor = new Compactor(directory, maxBytes);
  }

  /**
   * Opens the state directory for writing.
   * @throws CorelensError SQL_UNAVAILABLE without DuckDB; STATE_UNUSABLE, STATE_VERSION, STATE_IN_USE
   */
  static async open(path: string, { maxBytes, clock }: StoreOptions): Promise<Store> {
    await requireEngine();
    const directory = new StateDirectory(path);
    const release = directory.claim();
    const journals = new Map<string, Journal>();
    for (const { name, stored } of SOURCES) {
      const directories = [
        directory.journals(name),
        ...stored.map((table) => directory.table(table.name)),
      ];
      const parts = (await Promise.all(directories.map(listParts))).flat();
      const last = parts.reduce((most, part) => Math.max(most, part.last), 0);
      journals.set(name, new Journal(directory.journals(name), last + 1, clock));
    }
    return new Store(directory, release, journals, maxBytes);
  }

  /** Why rows cannot be written at present; null when they can. */
  get problem(): Problem | null {
    return this.#writeProblem ?? this.#compactProblem;
  }

  /** Rows that were dropped because they could not be written for too long. */
  get dropped(): number {
    return [...this.#journals.values()].reduce((sum, { dropped }) => sum + dropped, 0);
  }

  addRows(rows: KeptRowsByTable): void {
    for (const [table, added] of Object.entries(rows)) {
      const journal = this.#journals.get(table)!;
      for (const row of added) journal.add(row);
    }
  }

  /** Adds the sums of a complete second. @param time ms since the epoch */
  addSecond(time: number, sums: Readonly<Record<string, number>>): void {
    this.#journals.get("seconds")!.add({ time, sums: { ...sums, [COVERED]: 1 } });
  }

  /** Writes what was added. Call it every second; it does not throw. */
  async tick(): Promise<void> {
    // A slow disk takes longer: the rows wait for the next second.
    if (this.#writing !== null) return;
    this.#writing = this.#write(++this.#ticks % SYNC_TICKS === 0);
    await this.#writing;
    this.#writing = null;
    if (this.#isDue && this.#compacting === null) this.#compacting = this.#compact();
  }

  /** Resolves when nothing is being written or compacted. */
  async settled(): Promise<void> {
    await this.#writing;
    await this.#compacting;
  }

  async close(): Promise<void> {
    await this.settled();
    await this.#write(true);
    for (const journal of this.#journals.values()) await journal.close();
    this.#release();
  }

  async #write(isSynced: boolean): Promise<void> {
    try {
      for (const journal of this.#journals.values()) {
        await journal.write();
        if (isSynced) await journal.sync();
        if (await journal.rotate()) this.#isDue = true;
      }
      this.#writeProblem = null;
    } catch (error) {
      this.#writeProblem = problemOf(error);
    }
  }

  async #compact(): Promise<void> {
    this.#isDue = false;
    try {
      await this.#compactor.run(
        new Map([...this.#journals].map(([name, { number }]) => [name, number])),
      );
      this.#compactProblem = null;
    } catch (error) {
      // It is tried again with the next complete journal.
      this.#compactProblem = problemOf(error);
    } finally {
      this.#compacting = null;
    }
  }
}

function problemOf(error: unknown): Problem {
  return new CorelensError("STATE_UNUSABLE", (error as Error).message).problem;
}
