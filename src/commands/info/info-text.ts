import { isoTime, jsonDocument } from "../../event/json.ts";
import { type LossCounters, sumOf } from "../../event/loss.ts";
import type { FileSummary } from "../../recording/file-summary.ts";
import { incompleteText } from "../../recording/incomplete-text.ts";
import type { RecordingInfo } from "../../recording/info.ts";
import { counted } from "../../text/counted.ts";
import type { Paint } from "../../text/paint.ts";
import { printable } from "../../text/printable.ts";

/**
 *     node.corelens  58.1 MB, 224 frames, whole; corelens 0.1.0
 *
 *     2026-11-21T08:33:31.619885Z to 2026-11-21T08:43:31.601332Z, 600.0 s
 *     1234567 events, 47.1 bytes each
 *
 *     TRACEPOINT             EVENTS    LOST     CUT  UNREADABLE
 *     mempool:added             412       0       0           0
 *     corelens:attached           1
 */
export function infoLines(info: RecordingInfo, paint: Paint): string[] {
  const { files, tallies, notices, span, damage } = info;
  const events = sumOf(tallies).delivered;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const width = Math.max(10, ...[...tallies.keys(), ...notices.keys()].map(({ length }) => length));
  return [
    ...files.map((file) => fileLine(file, paint)),
    ...files.flatMap(({ incomplete }) =>
      incomplete ? [paint("warning", printable(incompleteText(incomplete)))] : [],
    ),
    ...(damage ? [paint("problem", printable(damage.message))] : []),
    "",
    ...(span ? [`${isoTime(span[0])} to ${isoTime(span[1])}, ${spanText(span)}`] : []),
    `${counted(events, "event")}${events > 0 ? `, ${(bytes / events).toFixed(1)} bytes each` : ""}`,
    "",
    paint("faint", `${"TRACEPOINT".padEnd(width)}  ${HEADINGS.join("  ")}`),
    ...[...tallies]
      .filter(isSeen)
      .map(([name, tally]) => tallyLine(printable(name).padEnd(width), tally, paint)),
    ...[...notices].map(([name, count]) => `${name.padEnd(width)}  ${cell(count, 0)}`),
  ];
}

/** The same as a JSON document. */
export function infoJson({ files, tallies, notices, span, damage }: RecordingInfo): string {
  return jsonDocument({
    files: files.map(fileJson),
    first: span && isoTime(span[0]),
    last: span && isoTime(span[1]),
    events: sumOf(tallies).delivered,
    lost: sumOf(tallies).lost,
    tracepoints: Object.fromEntries(tallies),
    notices: Object.fromEntries(notices),
    damage: damage && { code: damage.code, message: damage.message },
  });
}

function fileJson({ unpacked, incomplete, created, ...file }: FileSummary): object {
  return {
    ...file,
    created: created && isoTime(created),
    unpacked_bytes: unpacked,
    incomplete: incomplete && {
      unit: incomplete.unit,
      offset_bytes: incomplete.at,
      size_bytes: incomplete.size,
    },
  };
}

function fileLine(file: FileSummary, paint: Paint): string {
  const { path, bytes, unit, frames, unpacked, writer, complete } = file;
  const packed = unpacked > bytes ? ` (${megabytes(unpacked)} unpacked)` : "";
  const state = complete ? "whole" : paint("warning", "without its end");
  const by = writer === null ? "" : `; ${printable(writer)}`;
  return `${paint("strong", printable(path))}  ${megabytes(bytes)}${packed}, ${counted(frames, unit)}, ${state}${by}`;
}

function isSeen([, { delivered, lost }]: readonly [string, LossCounters]): boolean {
  return delivered + lost > 0;
}

const HEADINGS = ["    EVENTS", "  LOST", "   CUT", "UNREADABLE"];

function tallyLine(name: string, tally: LossCounters, paint: Paint): string {
  const { delivered, lost, truncated, unreadable } = tally;
  const cells = [delivered, lost, truncated, unreadable].map(cell);
  const line = `${name}  ${cells.join("  ")}`;
  return lost > 0 ? paint("warning", line) : line;
}

function cell(count: number, column: number): string {
  return String(count).padStart(HEADINGS[column]!.length);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function spanText([first, last]: readonly [number, number]): string {
  return `${((last - first) / 1000).toFixed(1)} s`;
}
