import { describe, expect, it } from "vitest";
import { ConnectedUtxos, Utxos } from "../../src/commands/utxos/utxos.ts";
import type { RawEvent } from "../../src/event/event.ts";
import { COIN_TRACEPOINTS } from "../../src/model/coins/changes.ts";
import { event, JSON_LINES, objects, printed, simulated, TEXT } from "./lines.ts";

const HEIGHT = 930_001;

function coin(what: "add" | "spent", fields: Readonly<Record<string, unknown>> = {}): RawEvent {
  return event(`utxocache:${what}`, {
    ...{ txid: "ab".repeat(32), vout: 0, height: HEIGHT - 10, value: 1000, is_coinbase: false },
    ...fields,
  });
}

/** A number of outputs of a coinbase. */
function coinbase(outputs: number, height = HEIGHT, txid = "cb".repeat(32)): RawEvent[] {
  return Array.from({ length: outputs }, (_, vout) =>
    coin("add", { txid, vout, height, is_coinbase: true }),
  );
}

/** Events of a transaction that spends and creates the same number of coins. */
function transaction(inputs: number, outputs: number, height = HEIGHT): RawEvent[] {
  return [
    ...Array.from({ length: inputs }, () => coin("spent")),
    ...Array.from({ length: outputs }, (_, vout) => coin("add", { vout, height })),
  ];
}

function connected(inputs: number, fields: Readonly<Record<string, unknown>> = {}): RawEvent {
  return event("validation:block_connected", {
    ...{ hash: "00".repeat(32), height: HEIGHT, transactions: 2, inputs },
    ...{ sigops_cost: 4, duration_ns: 5 },
    ...fields,
  });
}

/** The printed coins and the number of missing ones. */
function shown(events: readonly RawEvent[]) {
  const lines = objects(new ConnectedUtxos(JSON_LINES), events);
  const isBlock = ({ tracepoint }: Record<string, unknown>) =>
    tracepoint === "validation:block_connected";
  const coins = lines.filter(({ block_height }) => block_height !== undefined);
  return {
    ktimes: coins.map(({ ktime }) => ktime),
    missing: lines.filter(isBlock).map(({ missing_spent }) => missing_spent),
    totals: lines.at(-1)!,
  };
}

const ktimes = (events: readonly RawEvent[]) => events.map(({ ktime }) => ktime);

describe("coins as lines", () => {
  const coins = simulated({ tracepoints: COIN_TRACEPOINTS, count: 8 });

  it("have outpoint, value and height, with totals at the end", () => {
    expect(printed(new Utxos(TEXT), coins)).toMatchInlineSnapshot(`
      "00:00:09.711208  uncached  77438e5df20c825f0024b84f3cf9282836f4a4ebfc27bfb4df7fd6b382ce7101:1              89,234,520 sat  height 883045
      00:00:12.297063  uncached  760726a9abb1da2084fdb03cc67aa6c2f81cac152bd6b9338cd43f7ebb2af8aa:0              23,038,524 sat  height 885993
      00:00:12.297065  uncached  aecd2099a8f93cf1ca84098b5539136c556dcbb9e7fbe0a28b530348905d2f75:2              49,923,856 sat  height 928699
      00:00:15.161483  added     1d231613d3d3d4069b006547198848842949bb471440c80d198a29a25e3a4f1b:0             312,606,308 sat  height 930001  coinbase
      00:00:15.161485  spent     9d4109c200bbaa7fdf175b629720f4c00b441ef0e3e6aa722e1ad85ff9ab28f7:2               2,402,035 sat  height 900282
      00:00:15.161487  spent     1a59528f2e02a4bef28b333313faa98296593f02b2cc2a1f7a784c37930e0ec1:2                 395,953 sat  height 883063
      00:00:15.161489  added     a22efb563301a89b63649565a92cc74385a6b656e4bb97e7d534b9d06eba6b62:0               2,558,224 sat  height 930001
      00:00:15.161491  added     a22efb563301a89b63649565a92cc74385a6b656e4bb97e7d534b9d06eba6b62:1                 226,183 sat  height 930001

      COINS     COUNT    VALUE sat
      added         3  315,390,715
      spent         2    2,797,988
      uncached      3  162,196,900
      "
    `);
  });

  it("have the traced fields in JSON, and exact totals", () => {
    const most = 2 ** 53 - 1;
    const rich = [coin("add", { value: most }), coin("add", { value: most })];
    const [first, , totals] = objects(new Utxos(JSON_LINES), rich);
    expect(first).toMatchObject({ tracepoint: "utxocache:add", value: most });
    expect(totals).toMatchObject({ added: 2, added_value: "18014398509481982" });
  });

  it("of the mempool have no height; unreadable values are unknown", () => {
    const text = printed(new Utxos(TEXT), [
      coin("add", { height: 2_147_483_647, txid: null, unreadable: ["txid"] }),
    ]);
    expect(text).toMatch(/ {2}\?:0 +1,000 sat {2}mempool\n/);
  });
});

describe("coins that connecting a block changes", () => {
  it("are the coins since its coinbase, before a line for the block", () => {
    const tracepoints = [...COIN_TRACEPOINTS.slice(0, 2), "validation:block_connected"];
    const events = simulated({ tracepoints, count: 3000 });
    const lines = printed(new ConnectedUtxos(TEXT), events).split("\n");
    const begin = lines.findIndex((line) => line.includes("  coinbase"));
    expect(lines.slice(begin, begin + 4)).toMatchInlineSnapshot(`
      [
        "00:00:15.161483  added     1d231613d3d3d4069b006547198848842949bb471440c80d198a29a25e3a4f1b:0             312,606,308 sat  height 930001  coinbase",
        "00:00:15.161485  spent     9d4109c200bbaa7fdf175b629720f4c00b441ef0e3e6aa722e1ad85ff9ab28f7:2               2,402,035 sat  height 900282",
        "00:00:15.161487  spent     1a59528f2e02a4bef28b333313faa98296593f02b2cc2a1f7a784c37930e0ec1:2                 395,953 sat  height 883063",
        "00:00:15.161489  added     a22efb563301a89b63649565a92cc74385a6b656e4bb97e7d534b9d06eba6b62:0               2,558,224 sat  height 930001",
      ]
    `);
    expect(lines.filter((line) => line.includes("  block   "))).toMatchInlineSnapshot(`
      [
        "00:00:15.163429  block     930001 00fd8146a5015088e3ae07e53f2ccd4a9d3bffde84f9f2d12deb9485799d66f8: 36 transactions, 53 inputs",
        "00:01:47.680110  block     930002 00c9c571dd3c33821e96161bb32647f7f341cb32e9a079f562476c5d601163f1: 110 transactions, 162 inputs",
        "00:02:09.829987  block     930003 008addc10391c44900f06c020b06c35078220fa4efdccd7c347a6370496f4941: 85 transactions, 131 inputs",
        "00:02:34.570764  block     930004 001cb383494be9495777c86827414fc72f085d6cf9f7dc2108451b1017b4df78: 99 transactions, 147 inputs",
        "00:03:03.775499  block     930005 0087e615e7f18697d4ec7018c1506780fb5fedc6f8fd2ffd7318737b26a2bf9d: 74 transactions, 122 inputs",
        "00:04:15.734652  block     930006 00e36628818e1a8430d6f41285efbc9b3fb773dd5bf0648c2589574da65d44b9: 171 transactions, 269 inputs",
        "00:05:00.088071  block     930007 00a8798338aa2d2ec9024e3155fe78b35143e2473bc4f40997d17e393e25ef03: 81 transactions, 130 inputs",
      ]
    `);
    expect(lines.slice(-5)).toMatchInlineSnapshot(`
      [
        "COINS     COUNT       VALUE sat",
        "added     1,914  13,431,470,388",
        "spent     1,007  11,243,970,388",
        "uncached      0               0",
        "",
      ]
    `);
  });

  it("of a block with a single transaction include its coinbase", () => {
    const lines = printed(new ConnectedUtxos(TEXT), [
      ...coinbase(1),
      connected(1, { transactions: 1 }),
    ]);
    expect(lines).toContain(": 1 transaction, 1 input\n");
  });

  it("do not include earlier checks on the same thread", () => {
    const block = [...coinbase(2), ...transaction(2, 2), ...transaction(1, 3)];
    const template = [...coinbase(1, HEIGHT, "dd".repeat(32)), ...transaction(3, 1)];
    const undone = [...transaction(4, 0), ...coinbase(1, HEIGHT - 200)];
    const { ktimes: seen, missing } = shown([...template, ...undone, ...block, connected(4)]);
    expect(seen).toEqual(ktimes(block));
    expect(missing).toEqual([0]);
  });

  it("are shown once if the same block was checked just before", () => {
    const check = coinbase(2);
    const block = coinbase(2);
    expect(shown([...check, ...block, connected(1)]).ktimes).toEqual(ktimes(block));
  });

  it("do not include coins of other threads", () => {
    const other = { tid: 1 };
    const block = [...coinbase(1), ...transaction(1, 1)];
    const [first, ...rest] = block;
    const elsewhere = coinbase(1).map((each) => ({ ...each, ...other }));
    const foreign = { ...connected(1), ...other };
    const { ktimes: seen } = shown([first!, ...elsewhere, ...rest, connected(2)]);
    expect(seen).toEqual(ktimes(block));
    expect(shown([...block, foreign]).ktimes).toEqual([]);
  });

  it("are found by their number if the coinbase has no spendable output", () => {
    const check = [...coinbase(1, HEIGHT - 1), ...transaction(2, 5, HEIGHT - 1)];
    const block = transaction(2, 1);
    expect(shown([...check, ...block, connected(3)]).ktimes).toEqual(ktimes(block));
    expect(shown([...check, connected(1)]).ktimes).toEqual([]);
  });

  it("are reported as missing if events were lost", () => {
    const block = [...coinbase(1), ...transaction(1, 1)];
    const { missing, ktimes: seen } = shown([...block, connected(6)]);
    expect(missing).toEqual([4]);
    expect(seen).toEqual(ktimes(block));
    const text = printed(new ConnectedUtxos(TEXT), [...block, connected(6)]);
    expect(text).toContain("4 spent coins are missing");
    expect(shown([...transaction(1, 1), connected(6)])).toMatchObject({ ktimes: [], missing: [5] });
  });

  it("exclude a check of the same height if the coinbase of the block was lost", () => {
    const check = [...coinbase(1), ...transaction(3, 1)];
    const block = transaction(2, 1);
    expect(shown([...check, ...block, connected(3)]).ktimes).toEqual(ktimes(block));
  });

  it("need bounded memory if no block follows", () => {
    const tool = new ConnectedUtxos(JSON_LINES);
    const spent = coin("spent");
    for (let i = 0; i < 400_000; i++) tool.print(spent);
    const [block] = objects(tool, [connected(2)]).filter(({ hash }) => hash !== undefined);
    expect(block).toMatchObject({ missing_spent: 0 });
  });
});
