import type { BlockStep, BlockView } from "../../../src/picture/blocks.ts";
import { clock, count, duration, hashEnds } from "../format.ts";
import { viewOf } from "../live.ts";
import { Absent, Panel } from "../parts/panel.tsx";
import { Waterfall } from "../parts/waterfall.tsx";
import { choose, chosen } from "../route.ts";

export function Blocks() {
  const view = viewOf("blocks");
  if (!view) return <p class="waiting">Connecting …</p>;
  const { blocks } = view;
  const newest = blocks[0];
  if (!newest) {
    return (
      <Absent>
        No block was connected since tracing began. On the main chain one comes every ten minutes on
        average.
      </Absent>
    );
  }
  const block = blocks.find(({ hash }) => hash !== null && hash === chosen("block")) ?? newest;
  return (
    <div class="grid">
      <Panel
        title={`Block ${count(block.height)}`}
        span={12}
        aside={<span class="mono">{block.hash}</span>}
      >
        <p class="story">{storyOf(block)}</p>
        <Waterfall block={block} />
        <p class="key">
          Which block a message is of is told from its type and time: payloads are not read. ←
          filled, → hollow.
        </p>
      </Panel>
      <Panel title="Last blocks" span={12} aside={`${count(view.connected)} since tracing began`}>
        <Table blocks={blocks} shown={block} />
      </Panel>
    </div>
  );
}

function Table({
  blocks,
  shown,
}: {
  readonly blocks: readonly BlockView[];
  readonly shown: BlockView;
}) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="number">height</th>
            <th>hash</th>
            <th>connected at</th>
            <th>first heard</th>
            <th class="number">until connected</th>
            <th class="number">connecting took</th>
            <th class="number">transactions</th>
            <th class="number">inputs</th>
            <th class="number">sigops cost</th>
            <th class="number">passed on to</th>
          </tr>
        </thead>
        <tbody>
          {blocks.map((block) => (
            <tr
              key={`${block.hash} ${block.time}`}
              aria-current={block === shown ? "true" : undefined}
            >
              <td class="number">
                <button type="button" class="link" onClick={() => choose("block", block.hash)}>
                  {count(block.height)}
                </button>
              </td>
              <td class="mono">{hashEnds(block.hash)}</td>
              <td>{clock(block.time)}</td>
              <td>{firstText(block)}</td>
              <td class="number">
                {block.announced === null ? "–" : duration(block.time - block.announced)}
              </td>
              <td class="number">{duration(block.duration)}</td>
              <td class="number">{count(block.transactions)}</td>
              <td class="number">{count(block.inputs)}</td>
              <td class="number">{count(block.sigops)}</td>
              <td class="number">{count(passedOn(block).size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function firstText({ announced, steps }: BlockView): string {
  const first = steps[0];
  return announced === null || !first ? "not seen" : `${first.type} of peer ${first.peer}`;
}

/** Peers that were told of the block after it was connected. */
function passedOn({ steps, time, announced }: BlockView): Set<number | null> {
  const connected = time - (announced ?? time);
  const told = steps.filter(({ direction, at }) => direction === "out" && at >= connected);
  return new Set(told.map(({ peer }) => peer));
}

/** The block's way in a sentence. */
function storyOf(block: BlockView): string {
  const { announced, time, steps, duration: took } = block;
  const first = steps[0];
  if (announced === null || !first) {
    return `Connected in ${duration(took)}. No message was seen that announced it: the node made it, or had it before.`;
  }
  const parts = [`First heard of by ${first.type} of peer ${first.peer} at ${clock(announced)}`];
  const asked = steps.find(({ type, direction }) => type === "getblocktxn" && direction === "out");
  const answered = asked && answerOf(asked, steps);
  if (asked) {
    const wait = answered ? `, who answered in ${duration(answered.at - asked.at)}` : "";
    parts.push(`missing transactions were asked of peer ${asked.peer}${wait}`);
  }
  parts.push(`connected ${duration(time - announced)} after, which took ${duration(took)}`);
  const told = passedOn(block).size;
  if (told > 0) parts.push(`passed on to ${count(told)} ${told === 1 ? "peer" : "peers"}`);
  return `${parts.join("; ")}.`;
}

function answerOf(asked: BlockStep, steps: readonly BlockStep[]): BlockStep | undefined {
  return steps.find(
    ({ type, direction, peer, at }) =>
      type === "blocktxn" && direction === "in" && peer === asked.peer && at >= asked.at,
  );
}
