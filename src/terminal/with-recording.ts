import type { EventSource } from "../event/source.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import { ReplaySource, type ReplaySpeed } from "../recording/replay-source.ts";
import { SelectedSource } from "../recording/selected-source.ts";
import { openStored } from "../recording/stored-events.ts";
import type { EventRequest } from "../session/attach/delivery.ts";
import { printable } from "../text/printable.ts";
import { printNote } from "./print-note.ts";

/**
 * Processes a recording's events like live ones, and reports where a file ends too early.
 * @param selection the requested part; null for the whole recording
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT; of the selection
 */
export async function withRecording<Result>(
  path: string,
  speed: ReplaySpeed,
  selection: EventRequest | null,
  show: (source: EventSource) => Promise<Result>,
): Promise<Result> {
  const { reader, kinds, notes } = await openStored(path);
  const replay = new ReplaySource(reader, speed);
  const source = selection ? new SelectedSource(replay, await kinds(), selection) : replay;
  for (const note of notes) printNote(`${printable(note)}\n`);
  const result = await show(source);
  for (const incomplete of replay.incomplete) {
    printNote(`${incompleteText(incomplete)}\n`);
  }
  return result;
}
