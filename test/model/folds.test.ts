import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { NodeModel } from "../../src/model/node-model.ts";
import { OTHER } from "../../src/util/bounded-map.ts";
import { BEGIN, event } from "./events.ts";

function pictureOf(events: readonly RawEvent[]): NodeModel {
  const picture = new NodeModel(BEGIN);
  for (const each of events) picture.see(each);
  return picture;
}

describe("the mempool", () => {
  const replaced = (at: number, txid: string, by: string, fee: number | null) =>
    event("mempool:replaced", at, {
      replaced_txid: txid,
      replaced_fee: fee,
      replaced_vsize: 200,
      replacement_id: by,
      replacement_fee: 5000,
      replacement_vsize: 250,
    });

  it("has each replacement once, with all transactions that it replaces", () => {
    const { replacements, replaced: count } = pictureOf([
      replaced(0, "a", "x", 1000),
      replaced(1, "b", "x", 500),
      replaced(2, "c", "y", null),
    ]).view("mempool");
    expect(count).toBe(3);
    expect(replacements).toMatchObject([
      { id: "y", replaced: 1, oldFee: null },
      { id: "x", replaced: 2, txid: "a", oldFee: 1500, oldVsize: 400, newFee: 5000, newVsize: 250 },
    ]);
  });

  it("keeps reasons of removal apart over time, and unknown reasons together", () => {
    const reasons = ["block", "block", "expiry", "new in v99", "another", null];
    const picture = pictureOf(reasons.map((reason, i) => event("mempool:removed", i, { reason })));
    picture.advance(BEGIN + 1000);
    const { columns } = picture.excerpt("mempool", "5m", 0);
    expect(columns["removal.block"]).toEqual([2]);
    expect(columns["removal.expiry"]).toEqual([1]);
    expect(columns[`removal.${OTHER}`]).toEqual([3]);
    expect(picture.view("mempool").removed[0]).toEqual({
      reason: OTHER,
      count: 3,
      rate: 3,
      residence: null,
    });
  });

  it("grows by what is added less what is removed", () => {
    const events = [0, 1, 2, 3].map((i) => event("mempool:added", i, { txid: "a" }));
    const picture = pictureOf([...events, event("mempool:removed", 5, { reason: "block" })]);
    picture.advance(BEGIN + 2000);
    expect(picture.view("mempool").growth).toBe(1.5);
  });
});

describe("flushes", () => {
  it("are counted by mode, with how long they took", () => {
    const flush = (mode: string | number, ms: number | null) =>
      event("utxocache:flush", 0, { mode, duration_us: ms && ms * 1000 });
    const { modes } = pictureOf([
      flush("ALWAYS", 4),
      flush("ALWAYS", 9),
      flush("ALWAYS", 5),
      flush("NONE", null),
    ]).view("coins");
    expect(modes).toEqual([
      { mode: "ALWAYS", count: 3, median: 5, longest: 9 },
      { mode: "NONE", count: 1, median: null, longest: null },
    ]);
    const many = pictureOf(Array.from({ length: 100 }, (_, i) => flush(i, 1)));
    expect(many.view("coins").modes.length).toBeLessThan(12);
  });
});

describe("a wallet", () => {
  const selected = (algorithm: string, waste: number | null) =>
    event("coin_selection:selected_coins", 0, { wallet: "w", algorithm, waste, target: 1 });
  const ended = (success: boolean, change_position: number) =>
    event("coin_selection:normal_create_tx_internal", 1, { wallet: "w", success, change_position });

  it("has waste and change for each algorithm", () => {
    const picture = pictureOf([
      selected("bnb", -100),
      ended(true, -1),
      selected("bnb", 500),
      ended(true, 1),
      selected("srd", null),
      ended(false, -1),
    ]);
    expect(picture.view("wallet").algorithms).toEqual([
      {
        algorithm: "bnb",
        selections: 2,
        meanWaste: 200,
        medianWaste: 200,
        withChange: 1,
        withoutChange: 1,
      },
      {
        algorithm: "srd",
        selections: 1,
        meanWaste: null,
        medianWaste: null,
        withChange: 0,
        withoutChange: 0,
      },
    ]);
    picture.advance(BEGIN + 1000);
    const { columns } = picture.excerpt("wallet", "5m", 0);
    expect(columns).toEqual({
      "wallet.selected.bnb": [2],
      "wallet.selected.srd": [1],
      "wallet.failed": [1],
    });
  });
});
