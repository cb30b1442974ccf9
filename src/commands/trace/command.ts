import { Command } from "commander";
import { CorelensError } from "../../errors.ts";
import type { EventSource } from "../../event/source.ts";
import type { EventRequest } from "../../session/attach/delivery.ts";
import { checkDerivable, type DerivingOptions, derivationOf } from "../../terminal/derivation.ts";
import { helpText } from "../../terminal/help-text.ts";
import {
  CALLBACKS_HELP,
  callbacksOption,
  socketOption,
  sourcesOption,
  tellPrice,
} from "../../terminal/ipc-options.ts";
import { Output } from "../../terminal/output.ts";
import {
  betweenOption,
  causeOption,
  contractOption,
  countOption,
  durationOption,
  fieldsOption,
  fromOption,
  handledOption,
  jsonLinesOption,
  latencyOption,
  perOption,
  rateOption,
  ringOption,
  sampleOption,
  speedOption,
  targetOption,
  tracepointsArgument,
  whereOption,
} from "../../terminal/reader-options.ts";
import { isWorker, runSession } from "../../terminal/run-session.ts";
import { showEvents } from "../../terminal/show-events.ts";
import type { ShowOptions } from "../../terminal/show-lines.ts";
import type { SelectPart } from "../../terminal/with-recording.ts";
import { explanationJson, explanationText } from "./explanation.ts";
import { selectIpcEvents, tracepointPatterns } from "./ipc-events.ts";

interface TraceOptions extends ShowOptions, DerivingOptions {
  readonly target?: string;
  readonly from?: string;
  readonly fields?: string[];
  readonly where?: string;
  readonly sample?: number;
  readonly rate?: number;
  readonly explain?: boolean;
  readonly ring: number;
  readonly latency: number;
  readonly sources: string[];
  readonly socket?: string;
  readonly callbacks?: string[] | true;
}

export const command = new Command("trace")
  .addArgument(tracepointsArgument)
  .addOption(targetOption)
  .addOption(fromOption)
  .addOption(speedOption("max"))
  .addOption(whereOption)
  .addOption(fieldsOption)
  .addOption(causeOption)
  .addOption(handledOption)
  .addOption(betweenOption)
  .addOption(perOption)
  .addOption(countOption)
  .addOption(durationOption)
  .addOption(jsonLinesOption)
  .option(
    "--explain",
    "show where each part of the query is tested and its cost, without attaching",
  )
  .addOption(sampleOption)
  .addOption(rateOption)
  .addOption(ringOption)
  .addOption(latencyOption)
  .addOption(contractOption)
  .addOption(sourcesOption)
  .addOption(socketOption)
  .addOption(callbacksOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "--sources usdt,ipc adds events from the IPC of the node (docs/usdt-vs-ipc.md).",
        CALLBACKS_HELP,
      ],
      examples: [
        `sudo corelens trace 'net:*_message' --where 'msg_type in ("inv", "tx") && size > 1kB'`,
        "sudo corelens trace net:inbound_message --fields '*' --count 1 --json",
        `sudo corelens trace 'mempool:*' --cause --where 'cause_type == "tx"'`,
        "sudo corelens trace --between mempool:added..mempool:removed --per txid",
        "corelens trace --from node.corelens mempool:removed --where 'fee > 50000sat'",
      ],
    }),
  )
  .action(async (patterns: string[], options: TraceOptions) => {
    checkDerivable({ ...options });
    const derivation = await derivationOf(patterns, options);
    if (isMerged(options)) {
      process.exitCode = await traceBoth(patterns, options);
      return;
    }
    const events = {
      patterns: derivation?.patterns ?? patterns,
      fields: options.fields ?? null,
      where: options.where ?? null,
      limits: { sample: options.sample ?? null, rate: options.rate ?? null },
    };
    if (options.from !== undefined) {
      process.exitCode = await showPart(options.from, events, options, derivation?.derive);
      return;
    }
    if (options.explain) return showExplanation(options, events);
    if (options.where) await checkSyntax(options.where);
    const session = {
      ringSize: options.ring,
      latencyMs: options.latency,
      request: () => ({
        target: options.target,
        events: derivation?.traced(events) ?? events,
      }),
    };
    process.exitCode = await runSession(session, (source) =>
      showEvents(derivation?.derive(source, events) ?? source, options),
    );
  });

/** @throws CorelensError USAGE */
function isMerged({ sources, socket, callbacks }: TraceOptions): boolean {
  const unknown = sources.find((name) => name !== "usdt" && name !== "ipc");
  if (unknown !== undefined || !sources.includes("usdt")) {
    throw new CorelensError(
      "USAGE",
      "--sources must be usdt or usdt,ipc",
      "`corelens ipc watch` prints only events of IPC",
    );
  }
  if (sources.includes("ipc")) return true;
  if (socket === undefined && callbacks === undefined) return false;
  throw new CorelensError("USAGE", "--socket and --callbacks need --sources usdt,ipc");
}

async function traceBoth(patterns: string[], options: TraceOptions): Promise<number> {
  const fields = options.fields ?? null;
  const events = { patterns: tracepointPatterns(patterns), fields, where: null };
  const selection = await selectIpcEvents(patterns, options);
  const { requestIpcConnection, tracedConnector } = await import(
    "../../session/privilege/ipc-access.ts"
  );
  // A worker loads all code before it drops its privileges.
  const merged = isWorker() ? await import("../../session/source/merged/open-merged.ts") : null;
  const session = {
    ringSize: options.ring,
    latencyMs: options.latency,
    request: () => ({ target: options.target, events }),
    ipc: tracedConnector(options.socket, options.target),
  };
  return runSession(session, async (usdt) => {
    tellPrice(selection.callbacks);
    return showEvents(await merged!.openMerged(usdt, requestIpcConnection, selection), options);
  });
}

async function showExplanation(options: TraceOptions, events: EventRequest): Promise<void> {
  const { explain } = await import("../../session/attach/explain.ts");
  const explanations = explain(options.target, events);
  const text = options.json ? explanationJson(explanations) : explanationText(explanations);
  await new Output().write(text);
}

async function showPart(
  path: string,
  selection: EventRequest,
  options: ShowOptions,
  select?: SelectPart,
): Promise<number> {
  const { withRecording } = await import("../../terminal/with-recording.ts");
  const show = (source: EventSource) => showEvents(source, options);
  return withRecording(path, options.speed ?? "max", selection, show, select);
}

/** Parses the query first, so that a mistake is reported at once. */
async function checkSyntax(where: string): Promise<void> {
  const { Query } = await import("../../query/query.ts");
  new Query(where);
}
