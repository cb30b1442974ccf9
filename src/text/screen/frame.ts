import type { Paint } from "../paint.ts";
import { cut, fitting, left } from "./cells.ts";
import { helpLines } from "./help.ts";
import type { Area, ScreenTool } from "./screen-tool.ts";
import { type StreamState, statusText } from "./status.ts";

/** The state that a screen is drawn from. */
export interface Frame extends Area {
  readonly stream: StreamState;
  /** The first visible line of the help; null while the help is hidden. */
  readonly helpTop: number | null;
}

/** Lines outside the tool's body: title, status, keys. */
const FRAME_ROWS = 3;

/**
 * A whole screen:
 *
 *     p2p-monitor  31 in, 11 out  from peers …           the tool's title
 *     …                                                  the tool's lines, or the help
 *     none lost · costs the node 0.11 % of a core        state of the stream
 *     q quit  ? help  s sort                             keys
 */
export function frameLines(tool: ScreenTool, frame: Frame): string[] {
  const { columns, rows, paint, stream, helpTop } = frame;
  const area = { ...frame, rows: Math.max(0, rows - FRAME_ROWS) };
  const body = helpTop === null ? tool.body(area) : helpLines(tool.help, helpTop, area);
  const room = Array.from({ length: area.rows }, (_, row) => body[row] ?? "");
  const hints =
    helpTop === null
      ? ["q quit", "? help", ...tool.hints()]
      : ["Down more", "any other key closes the help"];
  const lines = [
    paint("strong", left(fitting(tool.title(area.now), columns), columns)),
    ...room,
    statusLine(stream, columns, paint),
    paint("faint", fitting(hints, columns)),
  ];
  return lines.slice(0, rows);
}

function statusLine(stream: StreamState, columns: number, paint: Paint): string {
  const { text, lost } = statusText(stream);
  return paint(lost ? "problem" : "faint", cut(text, columns));
}
