import { Command, Option } from "commander";
import { CorelensError } from "../../errors.ts";
import { type Incident, SEVERITIES, type Severity } from "../../model/incidents/incident.ts";
import { INCIDENT_EVENTS, type IncidentKind, KIND_NAMES } from "../../model/incidents/kinds.ts";
import { helpText } from "../../terminal/help-text.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { parseAge } from "../../terminal/parse-option.ts";
import {
  contractOption,
  durationOption,
  fromOption,
  jsonLinesOption,
  latencyOption,
  ringOption,
} from "../../terminal/reader-options.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { stateDirectory, stateOption } from "../../terminal/state-options.ts";
import { addTarget, withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions } from "../../terminal/tool-command.ts";
import { IncidentLines } from "./incident-lines.ts";
import { withKeptIncidents } from "./kept-incidents.ts";
import { LiveLog } from "./live-log.ts";
import { incidentsOf, printIncidents } from "./print-incidents.ts";

interface LogOptions extends Omit<ToolOptions, "speed" | "where"> {
  readonly since?: number;
  readonly state?: string;
  readonly follow?: boolean;
  readonly kind?: IncidentKind;
  readonly severity: Severity;
}

const DAY_MS = 86_400_000;
const isTracepoint = (name: string): boolean => !/^(corelens|ipc):/.test(name);

const NEEDS = { tracepoints: INCIDENT_EVENTS.filter(isTracepoint), fields: null };

export const command = addTarget(new Command("log"))
  .addOption(fromOption)
  .option("--follow", "trace the node, and print incidents as they happen, until a signal")
  .option(
    "--since <time>",
    "those of the last 30m, 8h, 7d (default: 24h, of a recording all)",
    parseAge,
  )
  .addOption(stateOption)
  .addOption(new Option("--kind <kind>", "only this kind (docs/log.md)").choices(KIND_NAMES))
  .addOption(
    new Option("--severity <severity>", "only this severity and above")
      .choices(SEVERITIES)
      .default("info"),
  );
for (const option of [durationOption, jsonLinesOption, ringOption, latencyOption, contractOption]) {
  command.addOption(option);
}
command
  .addHelpText(
    "after",
    helpText({
      notes: [
        "Prints what a dashboard kept, or what --follow and --from show: what happened to the node and to its trace: reorganisations, slow blocks, gaps between blocks, flushes, waves of evictions, misbehaviour, losses, restarts. docs/log.md has the thresholds and what to do. An incident that goes on is printed again when it ends. Only rare events are traced.",
      ],
      examples: [
        "corelens log --since 8h",
        "sudo corelens log --follow",
        "corelens log --from node.corelens --since 8h --severity warning",
      ],
    }),
  )
  .action(
    withTarget(async (options: LogOptions) => {
      const { from, since, follow, severity, kind = null } = options;
      check(options);
      const lines = new IncidentLines({ kind, severity }, lineStyle(options));
      if (from === undefined && !follow) {
        const show = (incidents: AsyncIterable<Incident>) =>
          printIncidents(incidents, lines, options);
        const directory = stateDirectory(options.state);
        process.exitCode = await withKeptIncidents(directory, since ?? DAY_MS, show);
        return;
      }
      await runTool({ ...options, speed: "max" }, NEEDS, (source) =>
        from === undefined
          ? showLines(source, new LiveLog(source, lines), options)
          : printIncidents(incidentsOf(source, since ?? null), lines, options),
      );
    }),
  );

/** @throws CorelensError USAGE */
function check({ target, from, since, follow = false }: LogOptions): void {
  if (follow && since !== undefined) {
    throw new CorelensError("USAGE", "--follow begins now", "omit --follow or --since");
  }
  if (target !== undefined && !follow) {
    throw new CorelensError("USAGE", "a node is traced with --follow", "add --follow");
  }
  if (from !== undefined && follow) {
    throw new CorelensError("USAGE", "a recording does not go on", "omit --follow or --from");
  }
}
