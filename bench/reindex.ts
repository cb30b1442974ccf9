/**
 * `npm run bench:reindex`: what it costs a real node to be watched while it connects a chain of large blocks, as in the
 * initial block download. The node starts with -reindex-chainstate for each command in turn; the time is that from the
 * first large block to the last, from the node's log.
 *
 * CORELENS_BITCOIND names the node's binary. It needs root.
 *
 *     --rounds N    3 by default
 *     --quick       one round of a shorter chain
 */
import { parseArgs } from "node:util";
import { median } from "#src/util/statistics.js";
import { COINS } from "./coin-blocks.ts";
import { CoinNode } from "./coin-node.ts";
import { goalsTable } from "./goals.ts";
import { MACHINE_TEXT, saveResults } from "./machine.ts";
import {
  EMPTY,
  NODE_COMMANDS,
  type NodeCommand,
  startCommand,
  TRACE,
  UNTRACED,
} from "./node-commands.ts";
import { shown, table } from "./table.ts";
import { inTemporaryDirectory } from "./temporary-directory.ts";

const path = process.env.CORELENS_BITCOIND;
if (!path) throw new Error("set CORELENS_BITCOIND to the path of a bitcoind");
const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    quick: { type: "boolean", default: false },
  },
});
const rounds = options.quick ? 1 : Number(options.rounds);
const pairs = options.quick ? 10 : 25;

console.log(
  `${MACHINE_TEXT}\n${2 * pairs} blocks that add or spend ${shown(COINS)} coins each; ` +
    `medians of ${rounds} interleaved rounds\n`,
);
const times = await measure(path);
const untraced = median(times.get(UNTRACED)!);
const empty = median(times.get(EMPTY)!);
const rows = [...times]
  .filter(([, all]) => all.length > 0)
  .map(([{ name }, all]) => ({
    ...{ name, ms: median(all), all },
    ...{ slower: median(all) / untraced, above: median(all) / empty },
  }));
console.log(
  table(
    ["watched by", "ms", "× untraced", "× an empty program"],
    rows.map(({ name, ms, slower, above }) => [name, Math.round(ms), slower, above]),
  ),
);
const goals = { reindexStreaming: median(times.get(TRACE)!) / empty };
console.log(`\n${goalsTable(goals)}`);
console.log(`\n${saveResults("reindex-", { rounds, pairs, rows, goals })}`);

function measure(path: string): Promise<Map<NodeCommand, number[]>> {
  return inTemporaryDirectory(async (directory) => {
    const times = new Map(NODE_COMMANDS.map((command) => [command, [] as number[]]));
    const node = await CoinNode.start(path, pairs);
    try {
      for (let round = 0; round < rounds; round++) {
        for (const [command, all] of times) {
          let stop: (() => Promise<void>) | null = null;
          const ms = await node.reindex(async () => {
            stop = await startCommand(command, path, directory);
          });
          if (stop !== null) all.push(ms);
          await (stop as (() => Promise<void>) | null)?.();
        }
      }
    } finally {
      await node.stop();
    }
    return times;
  });
}
