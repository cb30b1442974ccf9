import { UTXOCACHE } from "../../contract/utxocache.ts";
import { eventFilter } from "../../event/filter.ts";
import { COIN_TRACEPOINTS } from "../../model/coins/changes.ts";
import { lineStyle } from "../../terminal/line-style.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { withTarget } from "../../terminal/target-argument.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { ConnectedUtxos, Utxos } from "./utxos.ts";

interface UtxosOptions extends ToolOptions {
  readonly connectedOnly?: boolean;
}

export const command = toolCommand("utxos", {
  notes: [
    "Temporary caches fire the same tracepoints: those for block templates, for checks of blocks, and for checks of the mempool (-checkmempool, always on regtest). An event does not name its cache, so the totals are not those of the UTXO set.",
    "--connected-only prints only the coins of connected blocks. Then the totals are those of the UTXO set, except that coins of disconnected blocks stay in them and blocks that are connected twice (assumeutxo, -checklevel=4) count twice. See docs/tools.md.",
  ],
  examples: [
    "sudo corelens utxos --where 'value >= 100btc'",
    "sudo corelens utxos --connected-only --where is_coinbase --json",
  ],
})
  .option("--connected-only", "only changes by blocks, printed when a block is connected")
  .action(
    withTarget(async (options: UtxosOptions) => {
      if (options.connectedOnly) return runConnected(options);
      const tool = new Utxos(lineStyle(options));
      const needs = { tracepoints: COIN_TRACEPOINTS, fields: null };
      await runTool(options, needs, (source) => showLines(source, tool, options));
    }),
  );

/** The query selects among a block's coins, which are only known when all are traced. */
async function runConnected({ where, ...options }: UtxosOptions): Promise<void> {
  const { fields } = UTXOCACHE["utxocache:add"].layouts[0];
  const isWanted = eventFilter(where ?? null, "utxocache:add and utxocache:spent", fields);
  const tool = new ConnectedUtxos(lineStyle(options), isWanted);
  const needs = { tracepoints: CONNECTING_TRACEPOINTS, fields: null };
  await runTool(options, needs, (source) => showLines(source, tool, options));
}

const CONNECTING_TRACEPOINTS = ["utxocache:add", "utxocache:spent", "validation:block_connected"];
