import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { KeptReader } from "../../src/store/kept-reader.ts";
import { keepRecording, type Wanted } from "../../src/store/recorded-state.ts";
import { StateDirectory } from "../../src/store/state-directory.ts";
import { KINDS } from "../model/events.ts";
import { record } from "../recording/recordings.ts";
import { compact, keep } from "./kept.ts";

const NOBODY = 65_534;

/** What a dashboard kept of events, partly in Parquet files, and a recording of them. */
export interface KeptPlace {
  readonly state: string;
  readonly recording: string;
  readonly directory: string;
}

export async function keptPlace(
  directory: string,
  events: readonly RawEvent[],
): Promise<KeptPlace> {
  const state = join(directory, "state");
  const recording = join(directory, "node.corelens");
  mkdirSync(state);
  await keep(state, events.slice(0, events.length / 2));
  await compact(state);
  await keep(state, events.slice(events.length / 2));
  await record(recording, KINDS, events);
  // Root's commands read as the user nobody.
  chmodSync(directory, 0o755);
  if (process.getuid?.() === 0) chownSync(recording, NOBODY, NOBODY);
  return { state, recording, directory };
}

/** Closed after the test. */
export async function readerOf({ state }: KeptPlace): Promise<KeptReader> {
  return closing(await KeptReader.open(new StateDirectory(state)));
}

/** The same of the recording. */
export async function recordingReaderOf(
  { recording, directory }: KeptPlace,
  wanted: Wanted,
): Promise<KeptReader> {
  const state = new StateDirectory(join(directory, `recorded-${Math.random()}`));
  const { span } = await keepRecording(recording, state, wanted);
  return closing(await KeptReader.open(state, span));
}

function closing(reader: KeptReader): KeptReader {
  onTestFinished(() => reader.close());
  return reader;
}
