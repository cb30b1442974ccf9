import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { CorelensError } from "../errors.ts";
import { lockFile } from "../kernel/lock-file.ts";
import { SOURCES } from "./tables.ts";

/**
 * The directory in which corelens keeps what it saw:
 *
 *     state.json              the version of this layout
 *     lock                    locked by the corelens that writes here
 *     journals/blocks/        the newest rows, as they arrive
 *     tables/blocks/          older rows, as Parquet files
 *     recordings/             raw events of the last hours, and saved recordings
 *     temporary/              DuckDB's, for what exceeds its memory
 *
 * One process writes; any number of processes read at the same time, because complete files do not change.
 */
export class StateDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get recordings(): string {
    return join(this.path, "recordings");
  }

  get temporary(): string {
    return join(this.path, "temporary");
  }

  journals(source: string): string {
    return join(this.path, "journals", source);
  }

  table(name: string): string {
    return join(this.path, "tables", name);
  }

  /** Whether a corelens ever kept something here. */
  get exists(): boolean {
    return existsSync(join(this.path, DESCRIPTION));
  }

  /** @throws CorelensError NOT_KEPT where nothing was ever kept; STATE_UNUSABLE, STATE_VERSION */
  check(): void {
    const path = join(this.path, DESCRIPTION);
    if (!this.exists) {
      const cure = "name its directory with --state; `sudo corelens` keeps what it sees";
      throw new CorelensError("NOT_KEPT", `nothing is kept in ${this.path}`, cure);
    }
    let version: unknown;
    try {
      ({ version } = JSON.parse(readFileSync(path, "utf8")));
    } catch (error) {
      throw new CorelensError("STATE_UNUSABLE", `${path}: ${(error as Error).message}`);
    }
    if (version === VERSION) return;
    if (typeof version === "number" && version > VERSION) {
      const message = `${this.path} has version ${version}; this corelens reads version ${VERSION}`;
      throw new CorelensError("STATE_VERSION", message);
    }
    throw new CorelensError("STATE_UNUSABLE", `${path} names no version`);
  }

  /**
   * Prepares the directory for writing, and locks it until the process ends or `release` is called.
   * @returns `release`
   * @throws CorelensError STATE_UNUSABLE, STATE_VERSION, STATE_IN_USE
   */
  claim(): () => void {
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
      const lock = openSync(join(this.path, "lock"), "a+", 0o600);
      if (!lockFile(lock)) {
        closeSync(lock);
        throw new CorelensError("STATE_IN_USE", `another corelens writes to ${this.path}`);
      }
      this.#describe();
      const sources = SOURCES.map(({ name }) => this.journals(name));
      const tables = SOURCES.flatMap(({ stored }) => stored.map(({ name }) => this.table(name)));
      for (const each of [...sources, ...tables, this.recordings, this.temporary]) {
        mkdirSync(each, { recursive: true, mode: 0o700 });
      }
      return () => closeSync(lock);
    } catch (error) {
      if (error instanceof CorelensError) throw error;
      throw new CorelensError("STATE_UNUSABLE", (error as Error).message);
    }
  }

  /** An existing description is checked, a missing one is written as a whole. */
  #describe(): void {
    const path = join(this.path, DESCRIPTION);
    if (!this.exists) {
      writeFileSync(`${path}.new`, `${JSON.stringify({ version: VERSION })}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    }
    this.check();
  }
}

const DESCRIPTION = "state.json";
const VERSION = 1;
