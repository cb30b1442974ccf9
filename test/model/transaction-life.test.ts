import { describe, expect, it } from "vitest";
import {
  type ConfirmingBlock,
  type TransactionRow,
  transactionLife,
} from "../../src/model/kept/transaction-life.ts";

const TXID = "ab".repeat(32);

function row(change: string, time: number, members: Partial<TransactionRow> = {}): TransactionRow {
  return {
    ...{ time, pid: 42, txid: TXID, change, reason: null, replaced_by: null },
    ...{ vsize: null, fee_sat: null, in_mempool_s: null },
    ...members,
  };
}

const block = (time: number, height: number, members: Partial<ConfirmingBlock> = {}) => ({
  ...{ time, height, hash: `hash of ${height}`, pid: 42, stale: false },
  ...members,
});

const lifeOf = (rows: readonly TransactionRow[], blocks: readonly ConfirmingBlock[] = []) =>
  transactionLife(TXID, rows, [], blocks);

const confirmed = (time: number) => row("removed", time, { reason: "block", in_mempool_s: 9 });

describe("the life of a transaction", () => {
  it("names the block of this node that was connected last before it left the mempool", () => {
    const blocks = [block(1000, 6), block(4990, 7), block(4995, 107, { pid: 43 }), block(5100, 8)];
    const { steps, status } = lifeOf([row("added", 2000), confirmed(5000)], blocks);
    expect(status).toBe("confirmed");
    expect(steps.map(({ change }) => change)).toEqual(["added", "confirmed"]);
    expect(steps[1]).toMatchObject({
      block: { height: 7, hash: "hash of 7", stale: false, guessed: false },
      in_mempool_s: 3,
      reason: null,
    });
  });

  it("guesses a block that was connected more than a second before, and none after a minute", () => {
    const blockAt = (time: number) =>
      lifeOf([confirmed(100_000)], [block(time, 7)]).steps[0]!.block;
    expect(blockAt(99_000)).toMatchObject({ height: 7, guessed: false });
    expect(blockAt(98_999)).toMatchObject({ height: 7, guessed: true });
    expect(blockAt(39_999)).toBeNull();
    expect(blockAt(100_001)).toBeNull();
  });

  it("says that a reorganisation replaced the block, and what happened then", () => {
    const rows = [row("added", 1), confirmed(20), row("added", 30), confirmed(50)];
    const { steps } = lifeOf(rows, [block(19, 7, { stale: true }), block(49, 7)]);
    expect(steps.map(({ block }) => block?.stale)).toEqual([undefined, true, undefined, false]);
    expect(steps.map(({ in_mempool_s }) => in_mempool_s)).toEqual([null, 0.019, null, 0.02]);
  });

  it("leaves out the removal that follows a replacement, also at the same millisecond", () => {
    const removed = row("removed", 70, { reason: "replaced" });
    const replaced = row("replaced", 70, { replaced_by: "cd", vsize: 100, fee_sat: 250 });
    for (const rows of [
      [removed, replaced],
      [replaced, removed],
    ]) {
      const { steps, status, vsize, fee_sat } = lifeOf([row("added", 5), ...rows]);
      expect(steps.map(({ change }) => change)).toEqual(["added", "replaced"]);
      expect({ status, vsize, fee_sat }).toEqual({ status: "replaced", vsize: 100, fee_sat: 250 });
    }
    const [only] = lifeOf([removed]).steps;
    expect(only).toMatchObject({ change: "removed", reason: "replaced" });
  });

  it("groups rejections for the same reason that follow each other", () => {
    const rejected = (time: number, reason: string) => row("rejected", time, { reason });
    const { steps, status } = lifeOf([
      rejected(1, "mempool min fee not met, 10 < 20"),
      rejected(2, "mempool min fee not met, 10 < 30"),
      rejected(5, "mempool min fee not met, 10 < 40"),
      rejected(6, "dust"),
      rejected(7, "mempool min fee not met, 10 < 20"),
    ]);
    expect(steps.map(({ count, time, last }) => [count, time, last])).toEqual([
      [3, 1, 5],
      [1, 6, 6],
      [1, 7, 7],
    ]);
    expect(status).toBe("rejected");
  });

  it("goes on in the mempool when the transaction arrives again and is rejected", () => {
    const again = row("rejected", 9, { reason: "txn-already-in-mempool" });
    expect(lifeOf([row("added", 1), again]).status).toBe("in_mempool");
  });

  it("takes the time in the mempool from the node when its entry was not seen", () => {
    expect(lifeOf([confirmed(5000)]).steps[0]!.in_mempool_s).toBe(9);
    const ofOtherProcess = [row("added", 1000, { pid: 41 }), confirmed(5000)];
    expect(lifeOf(ofOtherProcess).steps[1]!.in_mempool_s).toBe(9);
  });

  it("can be known only from what the transaction replaced", () => {
    const replaced = { ...row("replaced", 7, { vsize: 1, fee_sat: 2 }), txid: "cd" };
    const life = transactionLife(TXID, [], [replaced], []);
    expect(life).toMatchObject({ status: null, steps: [], vsize: null });
    expect(life.replaced).toEqual([{ txid: "cd", time: 7, vsize: 1, fee_sat: 2 }]);
  });
});
