import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../../src/event/event.ts";
import type { StreamEvent } from "../../../src/event/notice.ts";
import { NodeModel } from "../../../src/model/node-model.ts";
import { BEGIN } from "../events.ts";

let ktime = 0;

function event(tracepoint: string, fields: Record<string, unknown> = {}): RawEvent {
  ktime += 1000;
  return {
    ...{ tracepoint, time: BEGIN + ktime / 1e6, ktime, tid: 11, thread: "b-msghand", cpu: 0 },
    ...{ pid: 10, ...fields },
  };
}

const message = (direction: "in" | "out", peer_id: number, msg_type: string) =>
  event(`net:${direction}bound_message`, { peer_id, msg_type, size: 9, address: "" });
const added = (txid: string) => event("mempool:added", { txid, vsize: 100, fee: 1000 });
const removed = (txid: string) => event("mempool:removed", { txid, reason: "block" });

function modelOf(events: readonly StreamEvent[]): NodeModel {
  const model = new NodeModel(BEGIN);
  for (const each of events) model.see(each);
  return model;
}

/** The causes of the mempool's changes, newest first, as `tx of 7`. */
const causes = (model: NodeModel) =>
  model.view("mempool").recent.map(({ cause }) => cause && `${cause.msg_type} of ${cause.peer_id}`);

describe("the model", () => {
  it("names the message that changed the mempool", () => {
    const model = modelOf([
      message("in", 7, "tx"),
      added("aa"),
      event("mempool:added", { txid: "bb", tid: 99 }),
      message("in", 8, "tx"),
      event("mempool:rejected", { txid: "cc", reason: "dust" }),
      event("mempool:replaced", { replaced_txid: "aa", replacement_id: "dd" }),
    ]);
    expect(causes(model)).toEqual(["tx of 8", "tx of 8", null, "tx of 7"]);
  });

  it("names one cause of many removals, if all have it", () => {
    const block = [message("in", 7, "blocktxn"), removed("aa"), removed("bb")];
    expect(causes(modelOf(block))).toEqual(["blocktxn of 7"]);
    const other = [message("in", 8, "block"), removed("cc")];
    const model = modelOf([...block, ...other]);
    expect(model.view("mempool").recent).toMatchObject([{ count: 3, cause: null }]);
  });

  it("names none after a gap", () => {
    const attached: StreamEvent = {
      ...{ time: BEGIN, binary: "", pid: 1, tracepoints: 3 },
      tracepoint: "corelens:attached",
    };
    expect(causes(modelOf([message("in", 7, "tx"), attached, added("aa")]))).toEqual([null]);
  });

  it("names the message that connected a block, whatever coins it changed meanwhile", () => {
    const coin = event("utxocache:add", { txid: "aa", vout: 0, height: 5, value: 1 });
    const block = { hash: "00aa", height: 5, transactions: 1, inputs: 1, duration_ns: 10 };
    const connected = () => event("validation:block_connected", block);
    const [life] = modelOf([message("in", 7, "cmpctblock"), coin, connected()]).view(
      "blocks",
    ).blocks;
    expect(life!.block!.cause).toMatchObject({ msg_type: "cmpctblock", peer_id: 7 });
    const [mined] = modelOf([connected()]).view("blocks").blocks;
    expect(mined!.block!.cause).toBeNull();
  });

  it("counts for each peer what its messages caused, and how long the node worked on them", () => {
    const model = modelOf([
      message("in", 7, "tx"),
      added("aa"),
      message("in", 7, "tx"),
      event("mempool:rejected", { txid: "bb", reason: "dust" }),
      message("in", 7, "tx"),
      event("mempool:rejected", { txid: "cc", reason: "dust" }),
      message("in", 8, "block"),
      event("validation:block_connected", { hash: "00aa", height: 5 }),
      event("utxocache:flush", { mode: "PERIODIC" }),
      message("in", 7, "ping"),
      message("out", 7, "pong"),
    ]);
    expect(model.detailsOf(7)).toEqual({
      types: [
        ["tx", 3, 0, 3000],
        ["ping", 1, 0, 0],
        ["pong", 0, 1, 0],
      ],
      effects: { added: 1, rejected: [["dust", 2]], connected: 0 },
    });
    expect(model.detailsOf(8)).toEqual({
      types: [["block", 1, 0, 1000]],
      effects: { added: 0, rejected: [], connected: 1 },
    });
    expect(model.detailsOf(9)).toBeNull();
  });
});
