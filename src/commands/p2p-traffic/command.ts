import { Option } from "commander";
import { CorelensError } from "../../errors.ts";
import { MESSAGE_FIELDS, MESSAGE_TRACEPOINTS } from "../../event/message.ts";
import { isNotice } from "../../event/notice.ts";
import type { EventSource } from "../../event/source.ts";
import { TrafficTotals } from "../../model/peers/traffic-totals.ts";
import { firstJsonLine } from "../../terminal/json-stream.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { Output } from "../../terminal/output.ts";
import { parseNames } from "../../terminal/parse-option.ts";
import { printNote } from "../../terminal/print-note.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import {
  runTool,
  type ToolNeeds,
  type ToolOptions,
  toolCommand,
} from "../../terminal/tool-command.ts";
import { P2pTraffic } from "./p2p-traffic.ts";
import { comparisonJson, comparisonTable, type TrafficOfTime } from "./traffic-comparison.ts";
import { TrafficSummary } from "./traffic-summary.ts";

interface TrafficOptions extends ToolOptions {
  readonly by?: string[];
  readonly compare?: string[];
}

export const command = toolCommand("p2p-traffic", {
  notes: [
    "Sizes are payload sizes. On the wire each message has 24 more bytes with the v1 transport, 21 or 33 more with v2.",
  ],
  examples: [
    "sudo corelens p2p-traffic --by msg_type --duration 10m",
    "corelens p2p-traffic --compare before.corelens after.corelens",
  ],
})
  .option(
    "-b, --by <names>",
    "print totals at the end, by msg_type, peer_id, connection_type, address",
    parseNames,
  )
  .addOption(
    new Option("--compare <files...>", "compare two recordings, by msg_type or --by").conflicts([
      "target",
      "from",
      "duration",
    ]),
  )
  .action(
    withTarget(async (options: TrafficOptions) => {
      const style = lineStyle(options);
      if (options.compare) return compare(options.compare, options);
      const tool = options.by ? new TrafficSummary(options.by, style) : new P2pTraffic(style);
      await runTool(options, needsOf(options.by), (source) => showLines(source, tool, options));
    }),
  );

/** Requests only the necessary fields: other fields cost the node nothing. */
function needsOf(by: readonly string[] | undefined): ToolNeeds {
  return { tracepoints: MESSAGE_TRACEPOINTS, fields: by ? [...by, "size"] : MESSAGE_FIELDS };
}

/** @throws CorelensError USAGE; of reading recordings and of the query */
async function compare(paths: readonly string[], options: TrafficOptions): Promise<void> {
  const [pathA, pathB, ...more] = paths;
  if (pathA === undefined || pathB === undefined || more.length > 0) {
    throw new CorelensError("USAGE", "--compare takes two recordings");
  }
  const a = await trafficOf(pathA, options);
  const b = await trafficOf(pathB, options);
  const style = lineStyle(options);
  const text = style.json ? firstJsonLine() + comparisonJson(a, b) : comparisonTable(a, b, style);
  await new Output().write(text);
}

/** The totals of a recording's messages. Warns of lost events on standard error. */
async function trafficOf(path: string, options: TrafficOptions): Promise<TrafficOfTime> {
  const { by = ["msg_type"], where = null } = options;
  const totals = new TrafficTotals(by);
  const { tracepoints: patterns, fields } = needsOf(by);
  const selection = { patterns, fields, where, anyOf: true };
  const { withRecording } = await import("../../terminal/with-recording.ts");
  const seconds = await withRecording(path, "max", selection, async (source) => {
    for await (const events of source.batches()) {
      for (const event of events) if (!isNotice(event)) totals.add(event);
    }
    warnOfLosses(path, source);
    return (source.duration ?? 0) / 1000;
  });
  return { name: path, totals, seconds };
}

function warnOfLosses(path: string, source: EventSource): void {
  for (const [name, { lost }] of source.tallies()) {
    if (lost > 0)
      printNote(`${path} lacks ${lost} events of ${name}: they were lost while recording\n`);
  }
}
