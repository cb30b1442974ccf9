/**
 * `npm run bench:pings`: a peer sends a million pings to a real node, and every tracer in turn prints each message. It
 * shows what tracing costs a node that is busy with messages, and what each tracer loses.
 *
 * CORELENS_BITCOIND names the node's binary. It needs root. The time is from the first ping to the last pong.
 *
 *     --pings N     1,000,000 by default
 *     --rounds N    3 by default
 *     --quick       one round of 100,000 pings
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "#src/util/statistics.js";
import { CoinNode } from "./coin-node.ts";
import { run } from "./command.ts";
import { MACHINE_TEXT, saveResults } from "./machine.ts";
import { PING_COMMANDS, startCommand, UNTRACED } from "./node-commands.ts";
import { HANDSHAKE_PINGS, PingPeer } from "./ping-peer.ts";
import { shown, table } from "./table.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

const path = process.env.CORELENS_BITCOIND;
if (!path) throw new Error("set CORELENS_BITCOIND to the path of a bitcoind");
const { values: options } = parseArgs({
  options: {
    pings: { type: "string", default: "1000000" },
    rounds: { type: "string", default: "3" },
    quick: { type: "boolean", default: false },
  },
});
const rounds = options.quick ? 1 : Number(options.rounds);
const pings = options.quick ? 100_000 : Number(options.pings);

console.log(`${MACHINE_TEXT}\n${shown(pings)} pings of one peer, medians of ${rounds} rounds\n`);
const rows = await inTemporaryDirectory(measure);
const untraced = rows.find(({ name }) => name === UNTRACED.name)!.ms;
console.log(
  table(
    ["traced by", "ms", "× untraced", "µs/ping", "delivered", "lost"],
    rows.map(({ name, ms, delivered }) => [
      ...[name, Math.round(ms), ms / untraced, (ms * 1000) / pings],
      ...[delivered, delivered === null ? null : pings - delivered],
    ]),
  ),
);
console.log(`\n${saveResults("pings-", { pings, rounds, rows })}`);

async function measure(directory: string) {
  const node = await CoinNode.start(path!, 0);
  try {
    const measured = PING_COMMANDS.map((command) => ({
      command,
      ...{ ms: [] as number[], delivered: [] as number[] },
    }));
    for (let round = 0; round < rounds; round++) {
      for (const { command, ms, delivered } of measured) {
        const stop = await startCommand(command, path!, directory);
        if (stop === null) continue;
        const peer = await PingPeer.connect(node.port);
        ms.push(await peer.ping(pings));
        peer.close();
        await stop();
        if (command.line)
          delivered.push(
            (await linesOf(join(directory, "output"), command.line)) - HANDSHAKE_PINGS,
          );
      }
    }
    return measured
      .filter(({ ms }) => ms.length > 0)
      .map(({ command: { name }, ms, delivered }) => ({
        ...{ name, ms: median(ms) },
        delivered: delivered.length > 0 ? median(delivered) : null,
      }));
  } finally {
    await node.stop();
  }
}

/** The lines that match, by grep: the output of a million pings is large. */
async function linesOf(file: string, pattern: string): Promise<number> {
  return Number(await run("grep", ["--text", "-cE", pattern, file]));
}
