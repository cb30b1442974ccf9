import { ATTEMPT_TRACEPOINTS } from "../../model/wallet/attempts.ts";
import { lineCommand } from "../../terminal/tool-command.ts";
import { CoinSelection } from "./coin-selection.ts";

export const command = lineCommand(
  "coin-selection",
  ATTEMPT_TRACEPOINTS,
  (style) => new CoinSelection(style),
  {
    notes: [
      "A wallet first selects coins in the normal way. Then it tries to avoid partial spends (aps): to spend all coins of an address together. It uses the second result if its extra fee is at most -maxapsfee. Not every result is sent: wallets also select coins to fund a PSBT or to estimate a fee.",
      "Nodes have these tracepoints since v24 if they are built with a wallet.",
    ],
    examples: [
      `sudo corelens coin-selection --where 'wallet == "savings"'`,
      `sudo corelens coin-selection --json | jq 'select(.attempt == "aps" and .aps_used)'`,
    ],
  },
);
