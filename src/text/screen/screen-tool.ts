import type { StreamEvent } from "../../event/notice.ts";
import type { Paint } from "../paint.ts";

/** A tool that fills the terminal: it takes events as they come, and is asked for its lines when they are drawn. */
export interface ScreenTool {
  take(event: StreamEvent): void;
  /** The line on top, in pieces of which as many are shown as fit: what is watched, the figures that matter most. */
  title(now: number): readonly string[];
  /** What it shows below the title: at most `rows` lines of `columns` columns. */
  body(area: Area): string[];
  /** Keys worth knowing now, the most useful first: `s sort`. */
  hints(): readonly string[];
  /** All its keys with what they do, and then what else people should know. */
  readonly help: Help;
  /** Does what a key asks for; false when the key is not one of its own. */
  key(key: Key): boolean;
  /** The same for programs, once a second. */
  snapshot(now: number): Record<string, unknown>;
}

export interface Help {
  readonly keys: readonly (readonly [keys: string, meaning: string])[];
  readonly notes: readonly string[];
}

/** Room to show something in, and the time to show: the stream's, in milliseconds since the UNIX epoch. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly paint: Paint;
}

/** One that writes is its character; others have words: `up`, `pagedown`, `return`, `escape`, `ctrl-c`. */
export type Key = string;
