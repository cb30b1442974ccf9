import type { StreamEvent } from "../../event/notice.ts";
import type { Paint } from "../paint.ts";

/** A full-screen tool. It takes events as they arrive; the screen calls its other methods to draw. */
export interface ScreenTool {
  take(event: StreamEvent): void;
  /** Pieces of the top line, most important first; the last ones are dropped when they do not fit. */
  title(now: number): readonly string[];
  /** The lines below the title: at most `rows` lines of `columns` columns. */
  body(area: Area): string[];
  /** The keys that apply now, most useful first: `s sort`. */
  hints(): readonly string[];
  /** All keys of the tool with their effects, then notes. */
  readonly help: Help;
  /** Handles a key; false when the tool does not use it. */
  key(key: Key): boolean;
  /** The same data for programs, once per second. */
  snapshot(now: number): Record<string, unknown>;
}

export interface Help {
  readonly keys: readonly (readonly [keys: string, meaning: string])[];
  readonly notes: readonly string[];
}

/** The size to draw in, and the stream's time in milliseconds since the UNIX epoch. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
  readonly now: number;
  readonly paint: Paint;
}

/** A printable key is its character; other keys have names: `up`, `pagedown`, `return`, `escape`, `ctrl-c`. */
export type Key = string;
