import { isoTime } from "../../event/json.ts";
import { type BlockStory, originOf, type StoryPeer, stagesOf } from "./story.ts";

/** A story as one object; all moments in ns since the block was first heard of. */
export function storyJson(story: BlockStory): Record<string, unknown> {
  const { hash, connection, coins, flush, removed, relay } = story;
  const origin = originOf(story);
  return {
    ...{ hash, height: connection?.height ?? null, time: isoTime(story.time) },
    announcements: story.announcements.map(({ peer, type, among, at }) => ({
      ...peerJson(peer),
      msg_type: type,
      among,
      at_ns: at - origin,
    })),
    stages: stagesOf(story).map(({ name, at, took, transfer }) => ({
      stage: name,
      at_ns: at,
      took_ns: took,
      ...(transfer && {
        what: transfer.what,
        ...peerJson(transfer.peer),
        size: transfer.size,
        transactions: transfer.transactions,
      }),
    })),
    block: connection && {
      transactions: connection.transactions,
      inputs: connection.inputs,
      sigops_cost: connection.sigopsCost,
      duration_ns: connection.duration,
    },
    coins,
    flush: flush && { mode: flush.mode, coins: flush.coins, duration_us: flush.duration },
    removed: removed && { block: removed.block, conflict: removed.conflict },
    relay: relay && { peers: relay.peers, msg_type: relay.type, at_ns: relay.at - origin },
  };
}

function peerJson({ id, address, connectionType }: StoryPeer): Record<string, unknown> {
  return { peer_id: id, address, connection_type: connectionType };
}
