import { expect, it } from "vitest";
import type { BlockDocument } from "../../src/model/blocks/block-document.ts";
import { sentencesOf } from "../../ui/src/pages/block-sentences.ts";

type Stage = BlockDocument["stages"][number];

function stage(stage: Stage["stage"], at_ns: number): Stage {
  return { stage, at_ns, took_ns: 0, what: "transactions", peer_id: 7 } as Stage;
}

const BLOCK = {
  time: 0,
  first: { peer_id: 7, msg_type: "cmpctblock", at_ns: 0 },
  seen_to_connected_ns: 110e6,
  block: { duration_ns: 80e6 },
  stages: [stage("requested", 2e6), stage("received", 14e6)],
  relay: { peers: 12 },
  stale: false,
} as unknown as BlockDocument;

it("sentences describe a block from its announcement to its relay", () => {
  expect(sentencesOf(BLOCK).replace(/\d\d:\d\d:\d\d/, "12:00:00")).toBe(
    "Peer 7 announced this block with cmpctblock at 12:00:00. " +
      "The node requested missing transactions from peer 7, which answered in 12.0 ms. " +
      "The node connected the block 110 ms after its first message; connecting took 80.0 ms. " +
      "It announced the block to 12 peers.",
  );
});

it("a block without a message was mined by the node or known to it", () => {
  const block = { ...BLOCK, seen_to_connected_ns: null, relay: null, stale: true };
  expect(sentencesOf(block)).toBe(
    "No message announced this block: the node mined it or already had it. " +
      "The node connected it in 80.0 ms. A reorganisation replaced this block with another one.",
  );
});

it("an unknown duration is omitted", () => {
  const block = { ...BLOCK, seen_to_connected_ns: null, relay: null, block: null };
  expect(sentencesOf(block)).toMatch(/The node connected it\.$/);
});
