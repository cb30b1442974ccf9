import { Option } from "commander";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "../session/defaults.ts";
import { parseDuration, parseRingSize } from "./options.ts";

/** How a command reads the ring buffer: the same wherever events are traced. */
export const ringOption = new Option("--ring <size>", "ring buffer, a power of two such as 64M")
  .argParser(parseRingSize)
  .default(DEFAULT_RING_SIZE);

export const latencyOption = new Option(
  "--latency <time>",
  "how long an event may wait for others while events come steadily",
)
  .argParser(parseDuration)
  .default(DEFAULT_LATENCY_MS);
