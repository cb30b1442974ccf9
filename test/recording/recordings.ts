import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import type { EventKind } from "../../src/event/kind.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { Destination, filesOf } from "../../src/recording/location.ts";
import { Recorder, type RecorderOptions } from "../../src/recording/recorder.ts";
import { RecordingReader } from "../../src/recording/recording-reader.ts";
import { layoutsOf } from "../../src/simulate/layouts.ts";
import { simulate } from "../../src/simulate/simulation.ts";

/** Removed after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "corelens-recording-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

export async function recorderAt(
  path: string,
  options: Partial<RecorderOptions> = {},
): Promise<Recorder> {
  const destination = new Destination(path, options.rotation !== undefined);
  return Recorder.open({
    createFile: () => destination.create(),
    writer: "test",
    codec: "none",
    rotation: { bytes: null, ms: null },
    maxPayload: Number.POSITIVE_INFINITY,
    ...options,
  });
}

/** Records events in batches, each written before the next. */
export async function record(
  path: string,
  kinds: readonly EventKind[],
  events: readonly StreamEvent[],
  { batch = events.length, ...options }: Partial<RecorderOptions> & { batch?: number } = {},
): Promise<void> {
  const recorder = await recorderAt(path, options);
  for (let i = 0; i < events.length; i += batch) {
    await recorder.write(events.slice(i, i + batch), kinds);
    recorder.flush();
  }
  await recorder.close(null);
}

export interface Read {
  readonly events: readonly StreamEvent[];
  readonly reader: RecordingReader;
  /** What reading ended with; null at the end. */
  readonly error: unknown;
}

export async function read(path: string): Promise<Read> {
  const reader = new RecordingReader(await filesOf(path));
  const events: StreamEvent[] = [];
  try {
    for await (const batch of reader.batches()) events.push(...batch);
    return { events, reader, error: null };
  } catch (error) {
    return { events, reader, error };
  }
}

export const SIMULATED_KINDS: readonly EventKind[] = [...layoutsOf(31)].map(([name, fields]) => ({
  name,
  fields,
}));

/** The first events of a simulated node, as they would be traced, payloads and all. */
export function simulatedEvents(count: number): RawEvent[] {
  const fields = new Map(SIMULATED_KINDS.map((kind) => [kind.name, kind.fields]));
  const events: RawEvent[] = [];
  for (const { at, tracepoint, args } of simulate({ seed: 7, release: 31 })) {
    if (events.length === count) break;
    const ktime = Math.round(1e15 + at * 1e6);
    events.push({
      tracepoint,
      time: ktime / 1e6 + 1_795_249_000_000.25,
      ktime,
      tid: 4711 + (events.length % 3),
      thread: "b-msghand",
      cpu: events.length % 2,
      pid: 4711,
      ...Object.fromEntries(fields.get(tracepoint)!.map(({ name }) => [name, args[name]])),
    });
  }
  return events;
}
