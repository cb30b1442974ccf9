import { lstat, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CorelensError } from "../errors.ts";
import { unwritable } from "../session/privilege/output-files.ts";
import { EXTENSION } from "./location.ts";
import { RecordingIndex } from "./recording-index.ts";
import { saveFile } from "./save-file.ts";

/** A recording that was saved from the flight recording. */
export interface SavedRecording {
  readonly name: string;
  readonly path: string;
  /** Times of its first and last event, in ms since the epoch. */
  readonly first: number;
  readonly last: number;
}

const FLIGHT = "flight";
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

/**
 * The directory of recordings that corelens keeps:
 *
 *     recordings/flight/         the last hours; the oldest files are deleted
 *     recordings/NAME/           saved of it; they stay until they are deleted by name
 */
export class KeptRecordings {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** The directory of the flight recording. */
  get flight(): string {
    return join(this.path, FLIGHT);
  }

  /** The names of all recordings, sorted. The directory need not exist. */
  async names(): Promise<string[]> {
    const entries = await readdir(this.path, { withFileTypes: true }).catch(() => []);
    const recordings = entries.filter(
      (entry) =>
        !entry.name.startsWith(".") &&
        (entry.isDirectory() || (entry.isFile() && entry.name.endsWith(EXTENSION))),
    );
    return recordings.map(({ name }) => name).sort();
  }

  /**
   * Saves the end of the flight recording: the blocks of `ms` before its last event. Whole files are linked, so they take no
   * further space as long as the flight recording has them; of the others the blocks are copied as they are.
   * @param name default: the time of the last event
   * @throws CorelensError USAGE, FILE_UNREADABLE without a flight recording, FILE_UNWRITABLE
   */
  async saveLast(ms: number, name: string | null): Promise<SavedRecording> {
    if (name !== null) checkName(name);
    const index = await RecordingIndex.open(this.flight);
    const { span } = index.outline;
    const entrance = span && index.since(span[1] - ms);
    if (!span || !entrance) throw nothingRecorded(this.flight);
    const chosen = name ?? `saved-${timeName(span[1])}`;
    const path = join(this.path, chosen);
    const partial = join(this.path, `.${chosen}.partial`);
    try {
      if (await exists(path)) throw Object.assign(new Error("it exists"), { code: "EEXIST" });
      await rm(partial, { recursive: true, force: true });
      await mkdir(partial, { mode: 0o750 });
      for (const file of index.filesFrom(entrance)) {
        await saveFile(file, file.path === entrance.path ? entrance.at : 0, partial);
      }
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { recursive: true, force: true }).catch(() => {});
      throw error instanceof CorelensError ? error : unwritable(path, error);
    }
    return { name: chosen, path, first: entrance.time, last: span[1] };
  }

  /**
   * Deletes a saved recording.
   * @throws CorelensError USAGE, RECORDING_UNKNOWN, FILE_UNWRITABLE
   */
  async delete(name: string): Promise<void> {
    checkName(name);
    const path = join(this.path, name);
    const entry = await lstat(path).catch(() => null);
    const isRecording = entry?.isDirectory() || (entry?.isFile() && name.endsWith(EXTENSION));
    if (!isRecording) throw new CorelensError("RECORDING_UNKNOWN", `${path} is not a recording`);
    try {
      await rm(path, { recursive: true });
      await rm(`${path}.index`, { force: true });
    } catch (error) {
      throw unwritable(path, error);
    }
  }
}

/** A name is one part of a path, and not that of the flight recording. */
function checkName(name: string): void {
  if (NAME.test(name) && name !== FLIGHT) return;
  throw new CorelensError(
    "USAGE",
    name === FLIGHT
      ? `${FLIGHT} is the recording of the last hours, which corelens writes`
      : "a recording's name has up to 100 letters, digits, dots, - and _, and begins with a letter or digit",
    "choose another name",
  );
}

function nothingRecorded(path: string): CorelensError {
  const message = `${path} has no event`;
  return new CorelensError("FILE_UNREADABLE", message, "start the dashboard first: sudo corelens");
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

/** `20261128T093557Z` */
function timeName(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}
