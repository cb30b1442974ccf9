import type { RawEvent } from "../event/event.ts";
import type { Notice } from "../event/notice.ts";
import type { Paint } from "./paint.ts";

/** A tool that turns events into lines as they arrive. Each text includes its line feeds; "" prints nothing. */
export interface LineTool {
  print(event: RawEvent): string;
  /** Called and awaited after each batch of events, for work other than printing. */
  settle?(): Promise<void>;
  /** The text of a notice. Without this method, notices go to standard error. */
  notice?(notice: Notice): string;
  /** Receives every notice, for the tool's own use. */
  observe?(notice: Notice): void;
  /** What to print when the stream has ended. */
  end?(): string;
  /**
   * Text that is due because time passed. Called several times per second, except when a recording is read at full
   * speed.
   * @param now the stream's time, in milliseconds since the UNIX epoch
   */
  tick?(now: number): string;
  /** Progress, as a line that stays at the bottom of a terminal; without a line feed. */
  status?(): string;
  /** Indent of the further rows of a line that is wider than the terminal; chosen for each line when undefined. */
  readonly indent?: number | undefined;
  /** Whether the tool needs no more events. */
  readonly isDone?: boolean;
}

/** The format of lines. */
export interface LineStyle {
  /** JSON objects for programs instead of text for people. */
  readonly json: boolean;
  readonly paint: Paint;
}
