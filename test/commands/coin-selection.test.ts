import { describe, expect, it } from "vitest";
import { CoinSelection } from "../../src/commands/coin-selection/coin-selection.ts";
import { event, JSON_LINES, objects, printed, simulated, TEXT } from "./lines.ts";

const TRACEPOINTS = [
  "coin_selection:selected_coins",
  "coin_selection:normal_create_tx_internal",
  "coin_selection:aps_create_tx_internal",
];

function selected(wallet: string, fields: Readonly<Record<string, unknown>> = {}) {
  return event("coin_selection:selected_coins", {
    ...{ wallet, algorithm: "bnb", target: 1000, waste: -34, selected_value: 1010 },
    ...fields,
  });
}

function first(wallet: string, fields: Readonly<Record<string, unknown>> = {}) {
  return event("coin_selection:normal_create_tx_internal", {
    ...{ wallet, success: true, fee: 141, change_position: -1 },
    ...fields,
  });
}

function second(wallet: string, fields: Readonly<Record<string, unknown>> = {}) {
  return event("coin_selection:aps_create_tx_internal", {
    ...{ wallet, aps_used: false, success: true, fee: 208, change_position: 0 },
    ...fields,
  });
}

describe("attempts to pay", () => {
  it("have a line each, the second with its use, and totals by wallet", () => {
    const events = simulated({ tracepoints: TRACEPOINTS, count: 24 });
    expect(printed(new CoinSelection(TEXT), events)).toMatchInlineSnapshot(`
      "00:00:20.806338  (default)         normal  srd       target      5,440,734 sat  selected     10,299,478 sat  waste     130 sat  fee   3,800 sat  change is output 1
      00:00:20.806344  (default)         aps     srd       target      5,440,734 sat  selected      5,551,984 sat  waste     -10 sat  fee   4,360 sat  change is output 1  not used
      00:00:27.623431  savings           normal  knapsack  target      5,553,119 sat  selected      8,752,820 sat  waste     656 sat  fee   1,696 sat  change is output 0
      00:00:27.623437  savings           aps     srd       target      5,553,119 sat  selected      9,400,249 sat  waste     405 sat  fee   2,700 sat  change is output 1  not used
      00:00:44.309130  (default)         normal  srd       target        562,044 sat  selected      1,061,543 sat  waste     719 sat  fee   1,444 sat  change is output 0
      00:00:44.309136  (default)         aps     knapsack  target        562,044 sat  selected        680,351 sat  waste     746 sat  fee   1,336 sat  change is output 1  used
      00:00:58.426874  (default)         normal  no coins selected
      00:01:07.124044  hot-wallet        normal  srd       target     19,270,682 sat  selected     79,680,954 sat  waste     109 sat  fee   3,884 sat  change is output 0
      00:01:07.124050  hot-wallet        aps     srd       target     19,270,682 sat  selected     76,704,496 sat  waste     677 sat  fee   1,612 sat  change is output 0  used
      00:02:07.378046  savings           normal  srd       target      3,204,618 sat  selected      4,031,394 sat  waste     562 sat  fee   2,072 sat  change is output 0
      00:02:07.378052  savings           aps     srd       target      3,204,618 sat  selected      6,224,965 sat  waste     474 sat  fee   2,424 sat  change is output 0  not used
      00:02:28.855407  hot-wallet        normal  srd       target     21,583,332 sat  selected     77,067,903 sat  waste    -505 sat  fee   6,340 sat  change is output 0

      WALLET      ALGORITHMS         CREATED  FAILED  APS  USED  FEES sat
      (default)   srd 3, knapsack 1        2       1    2     1     5,136
      savings     knapsack 1, srd 3        2       0    2     0     3,768
      hot-wallet  srd 4                    2       0    1     1     7,952
      "
    `);
  });

  it("have their end and their selection in JSON", () => {
    const events = [selected("w"), first("w"), selected("w", { algorithm: "srd" }), second("w")];
    expect(objects(new CoinSelection(JSON_LINES), events)).toMatchInlineSnapshot(`
      [
        {
          "algorithm": "bnb",
          "attempt": "normal",
          "change_position": -1,
          "cpu": 0,
          "fee": 141,
          "ktime": 1000002000000,
          "pid": 4700,
          "selected_value": 1010,
          "success": true,
          "target": 1000,
          "thread": "b-msghand",
          "tid": 4711,
          "time": "2026-01-01T00:00:00.002000Z",
          "tracepoint": "coin_selection:normal_create_tx_internal",
          "wallet": "w",
          "waste": -34,
        },
        {
          "algorithm": "srd",
          "aps_used": false,
          "attempt": "aps",
          "change_position": 0,
          "cpu": 0,
          "fee": 208,
          "ktime": 1000004000000,
          "pid": 4700,
          "selected_value": 1010,
          "success": true,
          "target": 1000,
          "thread": "b-msghand",
          "tid": 4711,
          "time": "2026-01-01T00:00:00.004000Z",
          "tracepoint": "coin_selection:aps_create_tx_internal",
          "wallet": "w",
          "waste": -34,
        },
        {
          "algorithms": {
            "bnb": 1,
            "srd": 1,
          },
          "aps": 1,
          "aps_taken": 0,
          "failed": 0,
          "fees": 141,
          "made": 1,
          "tracepoint": "corelens:payments",
          "wallet": "w",
        },
      ]
    `);
  });

  it("of several wallets at a time are distinguished", () => {
    const events = [
      selected("a", { target: 1 }),
      selected("b", { target: 2 }),
      { ...selected("a", { target: 3 }), pid: 1 },
      first("b"),
      first("a"),
      { ...first("a"), pid: 1 },
    ];
    const attempts = objects(new CoinSelection(JSON_LINES), events).slice(0, 3);
    expect(attempts.map(({ wallet, target }) => [wallet, target])).toEqual([
      ["b", 2],
      ["a", 1],
      ["a", 3],
    ]);
  });

  it("fail without coins, or after a selection", () => {
    const failed = { success: false, fee: 0 };
    const text = printed(new CoinSelection(TEXT), [
      first("w", failed),
      selected("w"),
      first("w", failed),
    ]);
    expect(text).toContain("normal  no coins selected\n");
    expect(text).toContain("failed after coins were selected\n");
    expect(text).not.toContain("change");
  });

  it("count the fee of the used result", () => {
    const taken = { aps_used: true, fee: 120 };
    const events = [first("w"), second("w"), first("w"), second("w", taken), second("v", taken)];
    const totals = objects(new CoinSelection(JSON_LINES), events).slice(-2);
    expect(totals).toMatchObject([
      { wallet: "w", made: 2, aps: 2, aps_taken: 1, fees: 141 + 120 },
      { wallet: "v", made: 0, aps: 1, aps_taken: 1 },
    ]);
  });

  it("of a wallet with a strange name are shown as text", () => {
    const text = printed(new CoinSelection(TEXT), [first("\x1b[2J"), first("")]);
    expect(text).toContain("\\x1b[2J");
    expect(text).toContain("(default)");
  });
});
