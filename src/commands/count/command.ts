import { Command, InvalidArgumentError, Option } from "commander";
import { type Asked, type CountColumn, planColumns, STATISTICS } from "../../counting/columns.ts";
import {
  BY_TRACEPOINT,
  type CountRequest,
  DEFAULT_ROOM,
  type HistogramRequest,
  MAX_ROOM,
  parseBy,
  parseHistogram,
} from "../../counting/count-request.ts";
import { CorelensError } from "../../errors.ts";
import type { EventSource } from "../../event/source.ts";
import { CountSession } from "../../session/attach/count-session.ts";
import {
  DEFAULT_LATENCY_MS,
  DEFAULT_RING_SIZE,
  IDLE_LATENCY_MS,
  IDLE_RING_SIZE,
} from "../../session/attach/defaults.ts";
import type { CountSource } from "../../session/source/count-source.ts";
import { type Derivation, type DerivingOptions, derivationOf } from "../../terminal/derivation.ts";
import { helpText } from "../../terminal/help-text.ts";
import {
  collectTracepoints,
  parseCount,
  parseDuration,
  parseNames,
} from "../../terminal/parse-option.ts";
import {
  betweenOption,
  causeOption,
  contractOption,
  durationOption,
  fromOption,
  handledOption,
  jsonLinesOption,
  perOption,
  targetOption,
  whereOption,
} from "../../terminal/reader-options.ts";
import { retireOption } from "../../terminal/retired-options.ts";
import { runSession } from "../../terminal/run-session.ts";
import { type ShowCountsOptions, showCounts } from "./show-counts.ts";

interface CountOptions extends ShowCountsOptions, DerivingOptions, Asked {
  readonly target?: string;
  readonly where?: string;
  readonly by?: string[];
  readonly hist?: string;
  readonly lhist?: HistogramRequest;
  readonly room: number;
}

export const command = retireOption(new Command("count"), "n", "--top N")
  .argument("[tracepoint...]", "names or patterns such as net:*_message", collectTracepoints)
  .addOption(targetOption)
  .addOption(fromOption)
  .addOption(whereOption)
  .addOption(causeOption)
  .addOption(handledOption)
  .addOption(betweenOption)
  .addOption(perOption)
  .option("-b, --by <names>", "group by these fields, or by tracepoint (the default)", parseNames)
  .option("--sum <terms>", "print the sum of a field, or of a term such as fee/vsize", parseNames)
  .option("--min <terms>", "print the minimum", parseNames)
  .option("--mean <terms>", "print the mean", parseNames)
  .option("--max <terms>", "print the maximum", parseNames)
  .option("--quantiles <terms>", "print median, 90 and 99 % quantiles, of streams only", parseNames)
  .option("--hist <term>", "print a histogram of each group, in powers of two")
  .addOption(
    new Option("--lhist <term:low:high:step>", "print a histogram in equal steps: size:0:1kB:100")
      .argParser(parseLinear)
      .conflicts("hist"),
  )
  .option("-e, --every <time>", "print the counts at this interval, and at the end", parseDuration)
  .option("--top <n>", "print the n largest groups", parseCount, 20)
  .option("--room <n>", "maximum number of groups per tracepoint", parseRoom, DEFAULT_ROOM)
  .addOption(durationOption)
  .addOption(jsonLinesOption)
  .addOption(contractOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "The kernel counts the events, so none is lost and totals are exact. Events beyond --room groups are counted as (other). See docs/counting.md.",
      ],
      examples: [
        "sudo corelens count 'net:*_message' --by tracepoint,msg_type --sum size",
        "sudo corelens count mempool:added --lhist 'fee/vsize:0:50:1' --mean fee,vsize",
        "corelens count --from node.corelens mempool:rejected --by reason",
        "sudo corelens count 'mempool:*' --cause --by tracepoint,cause_type --mean cause_after",
        "sudo corelens count --handled --by msg_type,peer_id      the node's own flame graph",
        "sudo corelens count --between net:inbound_message..net:outbound_message --by from.msg_type",
      ],
    }),
  )
  .action(async (patterns: string[], options: CountOptions) => {
    const derivation = await derivationOf(patterns, options);
    const { request, columns } = asked(
      derivation?.patterns ?? patterns,
      options,
      derivation?.byDefault,
    );
    if (request.patterns.length === 0)
      throw new CorelensError("USAGE", "no tracepoint is named", "name one or use --between");
    const { by } = request;
    const show = (source: CountSource) => showCounts(source, request, columns, options);
    if (options.from !== undefined) {
      process.exitCode = await countRecorded(options.from, request, show, derivation?.derive);
      return;
    }
    if (derivation !== null) {
      process.exitCode = await countDerived(request, options.target, show, derivation);
      return;
    }
    const session = {
      ringSize: IDLE_RING_SIZE,
      latencyMs: IDLE_LATENCY_MS,
      request: () => ({ target: options.target, events: null, counts: [request] }),
    };
    process.exitCode = await runSession(session, (trace) => show(new CountSession(trace, by)));
  });

/** The request of the options. */
export function asked(
  patterns: readonly string[],
  options: CountOptions,
  byDefault: NonNullable<Derivation["byDefault"]> = {},
): { request: CountRequest; columns: CountColumn[] } {
  const isPlain = [...STATISTICS, "quantiles"].every((name) => !(name in options));
  const { measures, columns } = planColumns(isPlain ? byDefault : options);
  const { by, types } = parseBy(options.by ?? byDefault.by ?? [BY_TRACEPOINT]);
  const { where = null, room } = options;
  const histogram = options.lhist ?? (options.hist ? { text: options.hist, linear: null } : null);
  return { request: { patterns, where, by, types, measures, histogram, room }, columns };
}

async function countRecorded(
  path: string,
  request: CountRequest,
  show: (source: CountSource) => Promise<number>,
  derive?: Derivation["derive"],
): Promise<number> {
  const { withRecording } = await import("../../terminal/with-recording.ts");
  const { EventCounts } = await import("../../session/source/event-counts.ts");
  const { patterns, where } = request;
  const selection = { patterns, fields: null, where };
  const shown = (source: EventSource) => show(new EventCounts(source, request));
  return withRecording(path, "max", selection, shown, derive);
}

/** The kernel counts what happens, not what follows from it: the events are streamed and counted here. */
async function countDerived(
  request: CountRequest,
  target: string | undefined,
  show: (source: CountSource) => Promise<number>,
  derivation: Derivation,
): Promise<number> {
  const { EventCounts } = await import("../../session/source/event-counts.ts");
  const { patterns, where } = request;
  const events = { patterns, fields: null, where };
  const session = {
    ringSize: DEFAULT_RING_SIZE,
    latencyMs: DEFAULT_LATENCY_MS,
    request: () => ({ target, events: derivation.traced(events) }),
  };
  return runSession(session, (source) =>
    show(new EventCounts(derivation.derive(source, events), request)),
  );
}

function parseLinear(text: string): HistogramRequest {
  const request = parseHistogram(text);
  if (request.linear) return request;
  throw new InvalidArgumentError("Give TERM:LOW:HIGH:STEP, such as size:0:1kB:100");
}

function parseRoom(text: string): number {
  const room = parseCount(text);
  if (room <= MAX_ROOM) return room;
  throw new InvalidArgumentError(`The maximum is ${MAX_ROOM} groups.`);
}
