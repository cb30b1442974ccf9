import type { RawEvent } from "../event/event.ts";
import type { Notice } from "../event/notice.ts";
import type { Paint } from "./paint.ts";

/** A tool that turns events into lines as they come. Texts carry their line feeds; nothing is "". */
export interface LineTool {
  print(event: RawEvent): string;
  /** Called after as many events as came at once, and waited for: what a tool does besides printing. */
  settle?(): Promise<void>;
  /** What happens to the stream itself; left out, it is told beside the tool's lines. */
  notice?(notice: Notice): string;
  /** Lets it know what happens to the stream, however that is told. */
  observe?(notice: Notice): void;
  /** What to print when the stream has ended. */
  end?(): string;
  /**
   * What time alone makes ready; asked several times a second, unless a recording is read as fast as it can be.
   * @param now the stream's time, in milliseconds since the UNIX epoch
   */
  tick?(now: number): string;
  /** How far it is, in a line that stays below the others on a terminal; without a line feed. */
  status?(): string;
  /** Where the rest of a line begins that is too long for the terminal; where it looks best when left out. */
  readonly indent?: number | undefined;
  /** Whether it has seen enough. */
  readonly isDone?: boolean;
}

/** Whom lines are for. */
export interface LineStyle {
  /** JSON objects for programs, in place of text for people. */
  readonly json: boolean;
  readonly paint: Paint;
}
