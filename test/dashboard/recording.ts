import { chmodSync } from "node:fs";
import type { RawEvent } from "../../src/event/event.ts";
import { Destination } from "../../src/recording/location.ts";
import { Recorder } from "../../src/recording/recorder.ts";
import { KINDS } from "../model/events.ts";

/** A recording of the events, readable for all users: the server is not root. */
export async function writeRecording(path: string, events: readonly RawEvent[]): Promise<void> {
  const recorder = await Recorder.open({
    createFile: () => new Destination(path, false).create(),
    writer: "test",
    codec: "none",
    rotation: { bytes: null, ms: null },
    maxPayload: 0,
  });
  await recorder.write([...events], KINDS);
  await recorder.close(null);
  chmodSync(path, 0o644);
}
