import type { BlockStep } from "../../../src/model/blocks/block-path.ts";
import type { BlockView } from "../../../src/model/blocks/blocks.ts";
import { counted } from "../../../src/text/counted.ts";
import { clock, duration } from "../format.ts";

/** Peers that were told of the block after it was connected. */
function passedOn({ steps, time, announced }: BlockView): Set<number | null> {
  const connected = time - (announced ?? time);
  const told = steps.filter(({ direction, at }) => direction === "out" && at >= connected);
  return new Set(told.map(({ peer }) => peer));
}

/** The block's way in a sentence. */
export function storyOf(block: BlockView): string {
  const way = wayOf(block);
  return block.stale ? `${way} A reorganisation replaced it by another block.` : way;
}

function wayOf(block: BlockView): string {
  const { announced, time, steps, duration: took } = block;
  const first = steps[0];
  if (announced === null || !first) {
    return `Connected in ${duration(took)}. No message was seen that announced it: the node made it, or had it before.`;
  }
  const parts = [`First announced by ${first.type} of peer ${first.peer} at ${clock(announced)}`];
  const asked = steps.find(({ type, direction }) => type === "getblocktxn" && direction === "out");
  const answered = asked && answerOf(asked, steps);
  if (asked) {
    const wait = answered ? `, who answered in ${duration(answered.at - asked.at)}` : "";
    parts.push(`missing transactions were asked of peer ${asked.peer}${wait}`);
  }
  parts.push(`connected ${duration(time - announced)} after, which took ${duration(took)}`);
  const told = passedOn(block).size;
  if (told > 0) parts.push(`passed on to ${counted(told, "peer")}`);
  return `${parts.join("; ")}.`;
}

function answerOf(asked: BlockStep, steps: readonly BlockStep[]): BlockStep | undefined {
  return steps.find(
    ({ type, direction, peer, at }) =>
      type === "blocktxn" && direction === "in" && peer === asked.peer && at >= asked.at,
  );
}
