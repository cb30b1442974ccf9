import type { BlockDocument } from "../../../src/model/blocks/block-document.ts";
import { counted } from "../../../src/text/counted.ts";
import { clock, nanoseconds } from "../format.ts";
import { causeText } from "../parts/cause.ts";

export const NO_BLOCK_TEXT =
  "No block since tracing began. On the main chain, a block arrives every ten minutes on average.";

/** A block's life in a few sentences. */
export function sentencesOf(block: BlockDocument): string {
  const life = [...lifeOf(block)];
  if (block.relay) life.push(`It announced the block to ${counted(block.relay.peers, "peer")}.`);
  if (block.stale) life.push("A reorganisation replaced this block with another one.");
  return life.join(" ");
}

function* lifeOf(block: BlockDocument): Generator<string> {
  const { first, time, seen_to_connected_ns: whole } = block;
  const took = block.block?.duration_ns ?? null;
  if (whole === null) {
    yield "No message announced this block: the node mined it or already had it.";
    yield `The node connected it${took === null ? "" : ` in ${nanoseconds(took)}`}.`;
    return;
  }
  yield first
    ? `Peer ${first.peer_id} announced this block with ${first.msg_type} at ${clock(time + first.at_ns / 1e6)}.`
    : `This block arrived at ${clock(time)} without an announcement.`;
  yield* requestOf(block);
  const connecting = took === null ? "" : `; connecting took ${nanoseconds(took)}`;
  yield `The node connected the block ${nanoseconds(whole)} after its first message${connecting}.`;
  const cause = block.block?.cause;
  if (cause === undefined) return;
  yield cause === null
    ? "Which message made the node connect it is not certain."
    : `It did so because of ${causeText(cause)}, ${nanoseconds(cause.after_ns)} after that message.`;
}

function* requestOf({ stages }: BlockDocument): Generator<string> {
  const request = stages.find(
    ({ stage, what }) => stage === "requested" && what === "transactions",
  );
  if (request === undefined) return;
  const answer = stages.find(
    ({ stage, what, peer_id, at_ns }) =>
      stage === "received" &&
      what === "transactions" &&
      peer_id === request.peer_id &&
      at_ns >= request.at_ns,
  );
  const wait = answer ? `, which answered in ${nanoseconds(answer.at_ns - request.at_ns)}` : "";
  yield `The node requested missing transactions from peer ${request.peer_id}${wait}.`;
}
