import { isoTime, jsonDocument } from "../../event/json.ts";
import type { RecordingSummary } from "../../recording/recording-summary.ts";
import { counted } from "../../text/counted.ts";
import { groupedText, scaledText, spanText } from "../../text/format.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";
import { table } from "../../text/table.ts";

/** A recording of a directory. */
export interface ListedRecording {
  readonly name: string;
  /** Null if it cannot be read: `problem` says why. */
  readonly summary: RecordingSummary | null;
  readonly problem: string | null;
}

const HEADINGS = ["NAME", "FROM", "LENGTH", "EVENTS", "LOST", "SIZE", "GAPS", "STATE"];
const TEXTS = [true, true, false, false, false, false, false, true];

/**
 *     NAME        FROM                     LENGTH   EVENTS  LOST     SIZE  GAPS  STATE
 *     flight      2026-11-28T08:12:44Z  2 h 1 min  812,345     0  19.5 MB     1  being written, or cut
 *     incident-1  2026-11-28T09:30:00Z     10 min   65,432     0  1.57 MB     0  complete
 */
export function recordingLines(recordings: readonly ListedRecording[], paint: Paint): string {
  const rows = recordings.map(({ name, summary }) => [
    printable(name),
    ...(summary ? cellsOf(summary) : ["–", "–", "–", "–", "–", "–", "unreadable"]),
  ]);
  const gaps = recordings.flatMap(({ name, summary }) =>
    (summary?.gaps ?? []).map(
      ({ first, last }) =>
        `${printable(name)}: nothing from ${second(first)} to ${second(last)} (${spanText((last - first) / 1000)})\n`,
    ),
  );
  const problems = recordings.flatMap(({ problem }) =>
    problem === null ? [] : [`${paint("problem", printable(problem))}\n`],
  );
  const lines = table(HEADINGS, rows, { texts: TEXTS, paint });
  return [lines, ...(gaps.length > 0 ? ["\n"] : []), ...gaps, ...problems].join("");
}

function cellsOf({ span, events, lost, bytes, gaps, ...state }: RecordingSummary): string[] {
  return [
    span ? second(span[0]) : "–",
    span ? spanText((span[1] - span[0]) / 1000) : "–",
    groupedText(events),
    groupedText(lost),
    scaledText(bytes, "B"),
    groupedText(gaps.length),
    stateText(state),
  ];
}

function stateText({
  isComplete,
  damage,
}: Pick<RecordingSummary, "isComplete" | "damage">): string {
  if (damage) return "damaged";
  return isComplete ? "complete" : "being written, or cut";
}

/** The same as a JSON document. */
export function recordingsJson(recordings: readonly ListedRecording[]): string {
  return jsonDocument({
    recordings: recordings.map(({ name, summary, problem }) => ({
      name,
      first: summary?.span ? isoTime(summary.span[0]) : null,
      last: summary?.span ? isoTime(summary.span[1]) : null,
      events: summary?.events ?? null,
      lost: summary?.lost ?? null,
      bytes: summary?.bytes ?? null,
      files: summary?.files ?? null,
      complete: summary?.isComplete ?? null,
      gaps: (summary?.gaps ?? []).map(({ first, last }) => ({
        first: isoTime(first),
        last: isoTime(last),
      })),
      damage: problem,
    })),
  });
}

export function noRecordings(path: string): string {
  return `${printable(path)} has no recordings.\n`;
}

export function savedText(name: string, ms: number, events: number): string {
  return `saved ${printable(name)}: ${counted(events, "event")}, ${spanText(ms / 1000)}\n`;
}

/** `2026-11-28T08:12:44Z` */
function second(time: number): string {
  return `${isoTime(time).slice(0, 19)}Z`;
}
