import { CorelensError } from "../errors.ts";
import type { LossCounters } from "../event/loss.ts";
import { isNotice } from "../event/notice.ts";
import type { FileSummary } from "./file-summary.ts";
import { openStored } from "./stored-events.ts";

/** The contents of a recording, after all of it was read. */
export interface RecordingInfo {
  readonly files: readonly FileSummary[];
  readonly tallies: ReadonlyMap<string, LossCounters>;
  /** Number of notices by name. */
  readonly notices: ReadonlyMap<string, number>;
  /** Times of the first and the last event or notice, in ms since the UNIX epoch; null if there are none. */
  readonly span: readonly [first: number, last: number] | null;
  /** Why it could not be read to its end; null if it was. */
  readonly damage: CorelensError | null;
}

/** @throws CorelensError FILE_UNREADABLE */
export async function readInfo(path: string): Promise<RecordingInfo> {
  const { reader } = await openStored(path);
  const notices = new Map<string, number>();
  let span: [number, number] | null = null;
  let damage: CorelensError | null = null;
  try {
    for await (const events of reader.batches()) {
      span = [span?.[0] ?? events[0]!.time, events.at(-1)!.time];
      for (const { tracepoint } of events.filter(isNotice)) {
        notices.set(tracepoint, (notices.get(tracepoint) ?? 0) + 1);
      }
    }
  } catch (error) {
    if (!(error instanceof CorelensError)) throw error;
    damage = error;
  }
  return { files: reader.files, tallies: reader.tallies(), notices, span, damage };
}
