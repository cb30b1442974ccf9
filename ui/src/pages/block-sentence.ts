import type { BlockDocument } from "../../../src/model/blocks/block-document.ts";
import { counted } from "../../../src/text/counted.ts";
import { clock, nanoseconds } from "../format.ts";

/** The block's life in a sentence. */
export function sentenceOf(block: BlockDocument): string {
  const life = lifeOf(block);
  return block.stale ? `${life} A reorganisation replaced it with another block.` : life;
}

function lifeOf({ first, time, stages, relay, ...block }: BlockDocument): string {
  const took = `took ${nanoseconds(block.block?.duration_ns ?? null)}`;
  const relayed = relay === null ? [] : [`announced to ${counted(relay.peers, "peer")}`];
  if (block.seen_to_connected_ns === null) {
    const connected = `Connecting it ${took}, and no message about it came before: the node made it or had it already`;
    return `${[connected, ...relayed].join("; ")}.`;
  }
  const parts = first
    ? [
        `${first.msg_type} from peer ${first.peer_id} announced it at ${clock(time + first.at_ns / 1e6)}`,
      ]
    : [`First seen at ${clock(time)}, without an announcement`];
  const request = stages.find(
    ({ stage, what }) => stage === "requested" && what === "transactions",
  );
  if (request) {
    const answer = stages.find(
      ({ stage, what, peer_id, at_ns }) =>
        stage === "received" &&
        what === "transactions" &&
        peer_id === request.peer_id &&
        at_ns >= request.at_ns,
    );
    const wait = answer ? `, which answered in ${nanoseconds(answer.at_ns - request.at_ns)}` : "";
    parts.push(`the node requested missing transactions from peer ${request.peer_id}${wait}`);
  }
  parts.push(`connected ${nanoseconds(block.seen_to_connected_ns)} later, which ${took}`);
  return `${[...parts, ...relayed].join("; ")}.`;
}
