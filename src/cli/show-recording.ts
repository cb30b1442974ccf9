import { incompleteText } from "../recording/info-text.ts";
import { filesOf } from "../recording/location.ts";
import { readKinds } from "../recording/recording-reader.ts";
import { ReplaySource, type ReplaySpeed } from "../recording/replay-source.ts";
import { type RecordedSelection, SelectedSource } from "../recording/selected-source.ts";
import { type ShowOptions, showEvents } from "./show-events.ts";

export interface ShowRecordingOptions extends ShowOptions {
  readonly speed: ReplaySpeed;
  /** The part to show; all of it when left out. */
  readonly selection?: RecordedSelection;
}

/**
 * Prints a recording as if it were live, and says where a file ends too early.
 * @returns the exit status
 * @throws CorelensError FILE_UNREADABLE, RECORDING_VERSION, RECORDING_CORRUPT; of the selection
 */
export async function showRecording(path: string, options: ShowRecordingOptions): Promise<number> {
  const paths = await filesOf(path);
  const replay = new ReplaySource(paths, options.speed);
  const source = options.selection
    ? new SelectedSource(replay, await readKinds(paths), options.selection)
    : replay;
  const status = await showEvents(source, options);
  for (const incomplete of replay.incomplete) {
    process.stderr.write(`${incompleteText(incomplete)}\n`);
  }
  return status;
}
