import { Option } from "commander";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "../session/attach/defaults.ts";
import { parseDuration, parsePerSecond, parseRingSize, parseSample } from "./options.ts";

/** Which events, and for how long: the same wherever events are read. */
export const targetOption = new Option(
  "-t, --target <target>",
  "a pid, a pid file or a binary (default: the running node)",
);

export const fromOption = new Option(
  "--from <recording>",
  "events of a file or a directory of them, in place of a node's",
);

export const whereOption = new Option(
  "-w, --where <query>",
  "only events that pass it: 'size > 32kB' (docs/query.md)",
);

export const sampleOption = new Option(
  "--sample <1/n>",
  "only one event in n, chosen by chance: 1/100",
).argParser(parseSample);

export const rateOption = new Option(
  "--rate <n/s>",
  "only about so many events a second of each tracepoint: 1000/s",
).argParser(parsePerSecond);

export const durationOption = new Option(
  "-d, --duration <time>",
  "end after a time such as 10s",
).argParser(parseDuration);

/** How a command reads the ring buffer: the same wherever events are traced. */
export const ringOption = new Option("--ring <size>", "ring buffer, a power of two such as 64M")
  .argParser(parseRingSize)
  .default(DEFAULT_RING_SIZE, `${DEFAULT_RING_SIZE / 2 ** 20}M`);

export const latencyOption = new Option(
  "--latency <time>",
  "how long an event may wait for others while events come steadily",
)
  .argParser(parseDuration)
  .default(DEFAULT_LATENCY_MS, `${DEFAULT_LATENCY_MS}ms`);
