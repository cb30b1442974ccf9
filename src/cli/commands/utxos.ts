import { Option } from "commander";
import { COIN_TRACEPOINTS, ConnectedUtxos, Utxos } from "../../tools/utxos.ts";
import { lineStyle } from "../line-style.ts";
import { showLines } from "../show-lines.ts";
import { runTool, type ToolOptions, toolCommand } from "../tool-command.ts";

interface UtxosOptions extends ToolOptions {
  readonly connectedOnly?: boolean;
}

export const command = toolCommand("utxos")
  .description("coins as they are added to, spent from and dropped from the UTXO cache; totals")
  .addOption(
    new Option(
      "--connected-only",
      "only what connecting blocks changes, shown when a block is connected",
    ).conflicts("where"),
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
  $ sudo corelens utxos --connected-only --json | jq 'select(.block_height)'
  $ corelens utxos --from reindex.corelens --connected-only
`,
  )
  .action(async (options: UtxosOptions) => {
    const style = lineStyle(options);
    const [tool, tracepoints] = options.connectedOnly
      ? [new ConnectedUtxos(style), CONNECTING_TRACEPOINTS]
      : [new Utxos(style), COIN_TRACEPOINTS];
    await runTool(options, { tracepoints, fields: null }, (source) =>
      showLines(source, tool, options),
    );
  });

const CONNECTING_TRACEPOINTS = ["utxocache:add", "utxocache:spent", "validation:block_connected"];
