import type { Notice } from "../session/notice.ts";
import type { RawEvent } from "../tracer/decoder.ts";

/** A tool that turns events into lines as they come. Texts carry their line feeds; nothing is "". */
export interface LineTool {
  print(event: RawEvent): string;
  /** What happens to the stream itself; left out, it is told beside the tool's lines. */
  notice?(notice: Notice): string;
  /** Asked every now and then: what is to be printed also while nothing comes. */
  tick?(): string;
  /** What to print when the stream has ended. */
  end?(): string;
}
