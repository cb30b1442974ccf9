import type { EventKind } from "../event/kind.ts";
import type { EventSource } from "../event/source.ts";
import { incompleteText } from "../recording/incomplete-text.ts";
import { ReplaySource, type ReplaySpeed } from "../recording/replay-source.ts";
import { openStored } from "../recording/stored-events.ts";
import type { EventRequest } from "../session/attach/delivery.ts";
import { SelectedSource } from "../session/source/selected-source.ts";
import { printable } from "../text/printable.ts";
import { printNote } from "./print-note.ts";

export type SelectPart = (
  source: EventSource,
  selection: EventRequest,
  kinds: readonly EventKind[],
) => EventSource;

const plainPart: SelectPart = (source, selection, kinds) =>
  new SelectedSource(source, kinds, selection);

/**
 * Processes a recording's events like live ones, and reports where a file ends too early.
 * @param selection the requested part; null for the whole recording
 * @param select makes the source of the requested part, if not the plain one
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT; of the selection
 */
export async function withRecording<Result>(
  path: string,
  speed: ReplaySpeed,
  selection: EventRequest | null,
  show: (source: EventSource) => Promise<Result>,
  select: SelectPart = plainPart,
): Promise<Result> {
  const { reader, kinds, notes } = await openStored(path);
  const replay = new ReplaySource(reader, speed);
  const source = selection ? select(replay, selection, await kinds()) : replay;
  for (const note of notes) printNote(`${printable(note)}\n`);
  const result = await show(source);
  for (const incomplete of replay.incomplete) {
    printNote(`${incompleteText(incomplete)}\n`);
  }
  return result;
}
