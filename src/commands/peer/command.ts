import type { ConnectionChoice } from "../../store/read-connections.ts";
import { type LifeOptions, lifeCommand, showLife } from "../../terminal/life-command.ts";
import { parseCount, parseTime } from "../../terminal/parse-option.ts";

interface PeerOptions extends LifeOptions {
  readonly at?: number;
  readonly since?: number;
  readonly limit: number;
}

export const command = lifeCommand("peer", {
  argument: "<peer>",
  means: "the peer's number, or its address with or without the port",
  parse: parsePeer,
  notes: [
    "Shows the peer's connections, newest first: since when, how long, traffic, relay, ping, misbehaviour, and which blocks it announced first. A node that restarts counts its peers from 0 again: --at names the time that is meant.",
  ],
  examples: [
    "corelens peer 7",
    "corelens peer 7 --at '2026-11-20 14:00'",
    "corelens peer 203.0.113.7 --since 7d",
  ],
})
  .option(
    "--at <time>",
    "only connections that were open then: 14:00, '2026-11-20 14:00'",
    parseTime,
  )
  .option(
    "--since <time>",
    "only connections that were open then or later: 24h, 2026-11-20",
    parseTime,
  )
  .option("--limit <n>", "only the newest n", parseCount, 10)
  .action(async (peer: number | string, options: PeerOptions) => {
    const { at = null, since = null, limit } = options;
    const choice: ConnectionChoice = { peer, at, since, last: limit };
    await showLife(options, async () => {
      const { connectionRows, readConnections } = await import("../../store/read-connections.ts");
      const { connectionLines, connectionsJson } = await import("./connection-text.ts");
      return {
        wanted: connectionRows(),
        read: (reader) => readConnections(reader, choice),
        lines: connectionLines,
        json: connectionsJson,
      };
    });
  });

function parsePeer(text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
