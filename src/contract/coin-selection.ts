import { fee } from "./fields.ts";
import type { Field, Tracepoint } from "./types.ts";

/** The wallet's choice of coins for a payment: tracepoints in wallet/spend.cpp. Builds without a wallet lack them. */

const wallet = {
  name: "wallet",
  type: "string",
  meaning: "The wallet's name; empty for the default wallet.",
} as const satisfies Field;

const success = {
  name: "success",
  type: "bool",
  meaning: "Whether a transaction could be made.",
} as const satisfies Field;

const expectedFee = {
  ...fee,
  meaning: "The fee of the transaction; 0 when none could be made.",
} as const satisfies Field;

const changePosition = {
  name: "change_position",
  type: "int32",
  meaning:
    "Which output is the change; -1 when there is none. A failure has -1 too since v27, and before that 0.",
} as const satisfies Field;

export const COIN_SELECTION = {
  "coin_selection:selected_coins": {
    summary: "Coins for a payment were selected.",
    layouts: [
      {
        since: 24,
        until: null,
        fields: [
          wallet,
          {
            name: "algorithm",
            type: "string",
            maxLength: 8,
            meaning: "What found the selection: bnb, knapsack, srd, manual; cg in later releases.",
          },
          { name: "target", type: "int64", unit: "sat", meaning: "The value to reach." },
          {
            name: "waste",
            type: "int64",
            unit: "sat",
            meaning:
              "The selection's waste metric, lower is better; negative when spending now is cheaper than later.",
          },
          {
            name: "selected_value",
            type: "int64",
            unit: "sat",
            meaning: "Value of the selected coins together.",
          },
        ],
      },
    ],
  },
  "coin_selection:normal_create_tx_internal": {
    summary: "The first attempt to make a transaction ended.",
    layouts: [{ since: 24, until: null, fields: [wallet, success, expectedFee, changePosition] }],
  },
  "coin_selection:attempting_aps_create_tx": {
    summary: "A second attempt begins, which avoids partial spends.",
    notes: ["The events of this wallet up to aps_create_tx_internal belong to the second attempt."],
    layouts: [{ since: 24, until: null, fields: [wallet] }],
  },
  "coin_selection:aps_create_tx_internal": {
    summary: "The second attempt, which avoids partial spends, ended.",
    layouts: [
      {
        since: 24,
        until: null,
        fields: [
          wallet,
          {
            name: "aps_used",
            type: "bool",
            meaning: "Whether the second attempt's transaction is taken rather than the first's.",
          },
          success,
          expectedFee,
          changePosition,
        ],
      },
    ],
  },
} as const satisfies Record<string, Tracepoint>;
