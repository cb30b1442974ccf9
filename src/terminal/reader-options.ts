import { Argument, Option } from "commander";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "../session/attach/defaults.ts";
import {
  collectTracepoints,
  parseCount,
  parseDuration,
  parseNames,
  parsePerSecond,
  parseRingSize,
  parseSample,
  parseSpeed,
} from "./parse-option.ts";

/** Options that select the events of a command and its end. */
export const tracepointsArgument = new Argument(
  "[tracepoint...]",
  "names or patterns such as net:* (default: all of the node)",
).argParser(collectTracepoints);

export const targetOption = new Option(
  "-t, --target <target>",
  "the node: a pid, a pid file or a binary (default: the running node)",
);

export const fromOption = new Option(
  "--from <recording>",
  "read a recording (a file or a directory) instead of a node",
).conflicts("target");

export const causeOption = new Option(
  "--cause",
  "add to each event the message that caused it (docs/causes.md)",
);

export const handledOption = new Option(
  "--handled",
  "the messages that the node handled, with the time that this took (docs/causes.md)",
).conflicts("cause");

export const betweenOption = new Option(
  "--between <from..to>",
  "the intervals between two tracepoints instead of events (docs/intervals.md)",
).conflicts(["cause", "handled"]);

export const perOption = new Option(
  "--per <what>",
  "with --between: pair events of the same thread (the default), peer or FIELD",
);

export const whereOption = new Option(
  "-w, --where <query>",
  "only matching events: 'size > 32kB' (docs/query.md)",
);

export const fieldsOption = new Option(
  "-f, --fields <names>",
  "read only these fields; * for all, payloads included",
).argParser(parseNames);

export const sampleOption = new Option(
  "--sample <1/n>",
  "read only one event in n, chosen at random: 1/100",
).argParser(parseSample);

export const rateOption = new Option(
  "--rate <n/s>",
  "limit the rate of each tracepoint to about n events per second",
).argParser(parsePerSecond);

export const countOption = new Option("-n, --count <n>", "end after n events").argParser(
  parseCount,
);

export const durationOption = new Option(
  "-d, --duration <time>",
  "end after this time: 10s, 5m, 2h",
).argParser(parseDuration);

/** @param byDefault speed of recordings without --speed */
export function speedOption(byDefault: number | "max"): Option {
  return new Option("--speed <factor>", "with --from: a multiple of the recorded speed, or max")
    .argParser(parseSpeed)
    .default(byDefault, String(byDefault));
}

/** For a command that prints a stream. */
export const jsonLinesOption = new Option("-j, --json", "print JSON, one object per line");

/** For a command that prints a document. */
export const jsonOption = new Option("-j, --json", "print JSON, one object");

/** Options for the path from the kernel to a command. */
const TRACING = "Tracing options:";

export const ringOption = new Option("--ring <size>", "ring buffer, a power of two: 64M")
  .argParser(parseRingSize)
  .default(DEFAULT_RING_SIZE, `${DEFAULT_RING_SIZE / 2 ** 20}M`)
  .helpGroup(TRACING);

export const latencyOption = new Option(
  "--latency <time>",
  "longest delay of an event under steady load",
)
  .argParser(parseDuration)
  .default(DEFAULT_LATENCY_MS, `${DEFAULT_LATENCY_MS}ms`)
  .helpGroup(TRACING);

export const contractOption = new Option(
  "--contract <file>",
  "argument names and types of a fork or another program",
).helpGroup(TRACING);
