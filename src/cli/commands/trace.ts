import { Command } from "commander";
import { DEFAULT_LATENCY_MS, DEFAULT_RING_SIZE } from "../../session/defaults.ts";
import { parseCount, parseDuration, parseNames, parseRingSize } from "../options.ts";
import { runSession } from "../run-session.ts";
import { type ShowOptions, showEvents } from "../show-events.ts";

interface TraceOptions extends ShowOptions {
  readonly target?: string;
  readonly fields?: string[];
  readonly ring: number;
  readonly latency: number;
}

export const command = new Command("trace")
  .description("show events live, typed and named")
  .argument("[tracepoint...]", "names or patterns such as net:* (default: all of the node)")
  .option("-t, --target <target>", "a pid, a pid file or a binary (default: the running node)")
  .option("-f, --fields <names>", "read only these fields; * for all, payloads too", parseNames)
  .option("-j, --json", "one JSON object a line")
  .option("-n, --count <n>", "end after N events", parseCount)
  .option("-d, --duration <time>", "end after a time such as 10s", parseDuration)
  .option(
    "--ring <size>",
    "ring buffer, a power of two such as 64M",
    parseRingSize,
    DEFAULT_RING_SIZE,
  )
  .option(
    "--latency <time>",
    "how long an event may wait for others while events come steadily",
    parseDuration,
    DEFAULT_LATENCY_MS,
  )
  .addHelpText(
    "after",
    `
Examples:
  $ sudo corelens trace
  $ sudo corelens trace 'net:*_message' --fields peer_id,msg_type,size
  $ sudo corelens trace mempool:rejected --json | jq .reason
  $ sudo corelens trace net:inbound_message --fields '*' --count 1 --json
  $ sudo corelens trace --target /usr/sbin/postgres 'postgresql:query*' --fields arg0:string
`,
  )
  .action(async (patterns: string[], options: TraceOptions) => {
    const session = {
      ringSize: options.ring,
      latencyMs: options.latency,
      request: () => ({
        target: options.target,
        patterns,
        fields: options.fields ?? null,
      }),
    };
    process.exitCode = await runSession(session, (source) => showEvents(source, options));
  });
