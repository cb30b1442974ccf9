import { UTXOCACHE } from "../../contract/utxocache.ts";
import { eventFilter } from "../../event/filter.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { COIN_TRACEPOINTS, ConnectedUtxos, Utxos } from "./utxos.ts";

interface UtxosOptions extends ToolOptions {
  readonly connectedOnly?: boolean;
}

export const command = toolCommand("utxos")
  .option(
    "--connected-only",
    "only what connecting blocks changes, shown when a block is connected",
  )
  .addHelpText(
    "after",
    `
The node looks at coins through temporary caches, too: for block templates, to check a block before it is taken, to
check the mempool (-checkmempool, always on regtest). Their coins are shown as well and cannot be told apart one by one:
the totals are not those of the UTXO set. With --connected-only they are: it keeps what one thread changed between a
block's coinbase and the end of its connection. Coins that a reorganisation takes back are not shown then, and
blocks that are connected twice (assumeutxo, -checklevel=4) are shown twice. docs/tools.md tells more.

Examples:
  $ sudo corelens utxos
  $ sudo corelens utxos --where 'value >= 100btc'
  $ sudo corelens utxos --connected-only --where 'is_coinbase' --json
  $ corelens utxos --from reindex.corelens --connected-only
`,
  )
  .action(
    withTarget(async (options: UtxosOptions) => {
      if (options.connectedOnly) return runConnected(options);
      const tool = new Utxos(lineStyle(options));
      const needs = { tracepoints: COIN_TRACEPOINTS, fields: null };
      await runTool(options, needs, (source) => showLines(source, tool, options));
    }),
  );

/** A query chooses among a block's coins, which have to be known whole first: all are traced. */
async function runConnected({ where, ...options }: UtxosOptions): Promise<void> {
  const { fields } = UTXOCACHE["utxocache:add"].layouts[0];
  const isWanted = eventFilter(where ?? null, "utxocache:add and utxocache:spent", fields);
  const tool = new ConnectedUtxos(lineStyle(options), isWanted);
  const needs = { tracepoints: CONNECTING_TRACEPOINTS, fields: null };
  await runTool(options, needs, (source) => showLines(source, tool, options));
}

const CONNECTING_TRACEPOINTS = ["utxocache:add", "utxocache:spent", "validation:block_connected"];
