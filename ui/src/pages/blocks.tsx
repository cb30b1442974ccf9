import type { BlockDocument } from "../../../src/model/blocks/block-document.ts";
import type { Announcer } from "../../../src/model/blocks/block-summary.ts";
import type { BlocksView } from "../../../src/model/blocks/blocks.ts";
import { DURATIONS_MS } from "../../../src/model/blocks/durations.ts";
import { counted } from "../../../src/text/counted.ts";
import {
  clock,
  count,
  hashEnds,
  nanoseconds,
  percent,
  perSecond,
  printable,
  short,
} from "../format.ts";
import { chart, viewOf } from "../live.ts";
import { Bars } from "../parts/bars.tsx";
import { Chart } from "../parts/chart.tsx";
import { HeldList } from "../parts/held-list.tsx";
import { NotKept } from "../parts/not-kept.tsx";
import { Absent, Panel, Waiting } from "../parts/panel.tsx";
import { Reorganisations } from "../parts/reorganisations.tsx";
import { StageBar, StageKey, StaleTag } from "../parts/stage-bar.tsx";
import { column, Table, type TableColumn } from "../parts/table.tsx";
import { Waterfall } from "../parts/waterfall.tsx";
import { chosen, open } from "../route.ts";
import { NO_BLOCK_TEXT, sentencesOf } from "./block-sentences.ts";

export function Blocks() {
  const view = viewOf("blocks");
  if (!view) return <Waiting />;
  const { blocks } = view;
  const newest = blocks[0];
  const asked = chosen("block");
  const found = blocks.find(({ hash }) => hash !== null && hash === asked);
  const notKept = asked !== null && !found && (
    <NotKept
      what={`Block ${printable(hashEnds(asked))}`}
      why={`it is not among the last ${counted(blocks.length, "block")} that corelens saw`}
      name="block"
    />
  );
  if (!newest) {
    return (
      <>
        {notKept}
        <Absent>{NO_BLOCK_TEXT}</Absent>
      </>
    );
  }
  if (notKept) {
    return (
      <div class="grid">
        {notKept}
        <Last view={view} shown={null} />
      </div>
    );
  }
  const block = found ?? newest;
  return (
    <div class="grid">
      <Panel
        title={`Block ${count(block.height)}${block.stale ? ", stale" : ""}`}
        span={12}
        aside={<span class="mono">{block.hash}</span>}
      >
        <p class="story">{sentencesOf(block)}</p>
        <Waterfall block={block} />
        <p class="key">
          {block.guessed &&
            "Messages without a traced payload are matched to the block by type and time, so some may belong to another block. "}
          Filled dots are inbound messages (←), hollow dots are outbound ones (→).
        </p>
      </Panel>
      <Reorganisations reorganisations={view.reorganisations} />
      <Connecting view={view} shown={block} />
      <Histogram durations={view.durations} />
      <First announcers={view.announcers} blocks={blocks.length} />
      <Panel title="Blocks over time" span={5}>
        <Chart
          excerpt={chart.value}
          up={[{ label: "blocks", colour: "blocks-0", column: "blocks.connected" }]}
          format={perSecond}
          height={150}
          label={`Blocks connected per second; ${count(view.connected)} since tracing began`}
        />
      </Panel>
      <Last view={view} shown={block} />
    </div>
  );
}

function Last({
  view,
  shown,
}: {
  readonly view: BlocksView;
  readonly shown: BlockDocument | null;
}) {
  return (
    <Panel title="Last blocks" span={12} aside={`${count(view.connected)} since tracing began`}>
      <HeldList rows={view.blocks} keyOf={({ hash, time }) => `${hash} ${time}`}>
        {(blocks) => (
          <Table
            columns={blockColumns({ ...view, blocks })}
            rows={blocks}
            keyOf={({ hash, time }) => `${hash} ${time}`}
            rowClass={({ stale }) => (stale ? "stale" : undefined)}
            isCurrent={(block) => block === shown}
          />
        )}
      </HeldList>
      <StageKey />
    </Panel>
  );
}

function isSlow(
  { slow }: BlocksView,
  block: BlockDocument,
): { connecting: boolean; arriving: boolean } {
  const above = (value: number | null, bound: number | null): boolean =>
    value !== null && bound !== null && value > bound;
  return {
    connecting: above(durationOf(block), slow.connecting_ns),
    arriving: above(block.seen_to_connected_ns, slow.seen_to_connected_ns),
  };
}

function durationOf({ block }: BlockDocument): number | null {
  return block?.duration_ns ?? null;
}

/** The time to connect each of the last blocks, the oldest on the left. */
function Connecting({ view, shown }: { readonly view: BlocksView; readonly shown: BlockDocument }) {
  const { blocks, slow } = view;
  const isSlowOne = (block: BlockDocument): boolean => isSlow(view, block).connecting;
  const bars = blocks.toReversed().map((block) => ({
    key: `${block.hash} ${block.time}`,
    value: durationOf(block) ?? 0,
    title: `Block ${count(block.height)}: ${nanoseconds(durationOf(block))}${isSlowOne(block) ? ", slow" : ""}`,
    mark: isSlowOne(block) ? "▲" : block === shown ? "•" : "",
    colour: isSlowOne(block) ? "warning" : block === shown ? "accent" : "blocks-0",
    onClick: () => open({ block: block.hash }),
  }));
  const slowOnes = blocks.filter(isSlowOne).length;
  const longest = Math.max(...blocks.map((block) => durationOf(block) ?? 0));
  const bound = slow.connecting_ns;
  return (
    <Panel
      title="Time to connect the last blocks"
      span={7}
      aside={`at most ${nanoseconds(longest)}`}
    >
      <Bars
        bars={bars}
        height={150}
        label={`Times to connect ${counted(blocks.length, "block")}: at most ${nanoseconds(longest)}, ${slowOnes} slow`}
        line={bound === null ? null : { at: bound, text: `slow above ${nanoseconds(bound)}` }}
      />
      <p class="key">
        {bound === null
          ? "Slow blocks are marked after the first five blocks."
          : `A block is slow (▲) if connecting it takes more than ${nanoseconds(bound)}: three times the median of these blocks, and at least 50 ms. ${slowOnes === 0 ? "No block is slow." : ""}`}
      </p>
    </Panel>
  );
}

function Histogram({ durations }: { readonly durations: readonly number[] }) {
  const total = durations.reduce((sum, number) => sum + number, 0);
  const from = durations.findIndex((number) => number > 0);
  const to = durations.findLastIndex((number) => number > 0);
  const first = Math.max(0, Math.min(from, to - 5));
  const bars = durations.slice(first, to + 1).map((number, i) => {
    const low = DURATIONS_MS[first + i]!;
    const high = DURATIONS_MS[first + i + 1];
    const range = high === undefined ? `over ${edge(low)}` : `${edge(low)} to ${edge(high)}`;
    return {
      key: low,
      value: number,
      title: `${range}: ${counted(number, "block")}, ${percent(number / total)}`,
      mark: edge(low),
      colour: "blocks-1",
    };
  });
  const text = bars.map(({ title }) => title).join("; ");
  return (
    <Panel title="Time to connect a block" span={5} aside={counted(total, "block")}>
      {total === 0 ? (
        <Absent>This release of Core does not report the time to connect a block.</Absent>
      ) : (
        <Bars bars={bars} height={150} label={text} />
      )}
      <p class="key">All blocks since tracing began. The time below a column is its lower bound.</p>
    </Panel>
  );
}

/** The lower bound of a class: `0`, `500 ms`, `2 s`. */
function edge(ms: number): string {
  if (ms === 0) return "0";
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

const MAX_ANNOUNCERS = 7;

function First({
  announcers,
  blocks,
}: {
  readonly announcers: readonly Announcer[];
  readonly blocks: number;
}) {
  const known = announcers.reduce((sum, announcer) => sum + announcer.blocks, 0);
  const most = Math.max(1, ...announcers.map((announcer) => announcer.blocks));
  return (
    <Panel
      title="Who announced first"
      span={7}
      aside={`known for ${known} of ${counted(blocks, "block")}`}
    >
      {announcers.length === 0 ? (
        <Absent>
          No peer announced any of these blocks before the node connected them: the node mined them,
          already had them, or its messages are not traced.
        </Absent>
      ) : (
        <Table
          columns={announcerColumns(most)}
          rows={announcers.slice(0, MAX_ANNOUNCERS)}
          keyOf={({ peer }) => `${peer?.id} ${peer?.address}`}
        />
      )}
      {announcers.length > MAX_ANNOUNCERS && (
        <p class="key">and {counted(announcers.length - MAX_ANNOUNCERS, "more peer")}</p>
      )}
    </Panel>
  );
}

function announcerColumns(most: number): readonly TableColumn<Announcer>[] {
  return [
    column("number", "peer", ({ peer }) => peer?.id ?? "(other)"),
    column("clip", "address", ({ peer }) => printable(peer?.address ?? "–"), {
      whole: ({ peer }) => printable(peer?.address ?? ""),
    }),
    column("number", "first for", ({ blocks }) => counted(blocks, "block")),
    column("bar", "", ({ blocks }) => (
      <meter class="blocks" max={most} value={blocks} aria-hidden="true" />
    )),
    column("number", "median lead", ({ lead_ns }) =>
      lead_ns === null ? "only peer" : nanoseconds(lead_ns),
    ),
  ];
}

function blockColumns(view: BlocksView): readonly TableColumn<BlockDocument>[] {
  // The bound of slow blocks fills a bar: one slow block does not shorten all other bars.
  const longest =
    view.slow.seen_to_connected_ns ??
    Math.max(1, ...view.blocks.map(({ seen_to_connected_ns }) => seen_to_connected_ns ?? 0));
  return [
    column("number", "height", (block) => (
      <>
        <StaleTag block={block} />
        <button type="button" class="link" onClick={() => open({ block: block.hash })}>
          {count(block.height)}
        </button>
      </>
    )),
    column("number", "seen to connected", (block) => (
      <Time of={block.seen_to_connected_ns} isSlow={isSlow(view, block).arriving} />
    )),
    column("bar", "stages", ({ parts }) => <StageBar parts={parts} longest={longest} />),
    column("number", "connecting", (block) => (
      <Time of={durationOf(block)} isSlow={isSlow(view, block).connecting} />
    )),
    column("number", "per input", (block) => {
      const [took, inputs] = [durationOf(block), block.block?.inputs];
      return took !== null && inputs ? `${short(took / 1000 / inputs)} µs` : "–";
    }),
    column("text", "first announced by", firstText),
    column("number", "transactions", ({ block }) => count(block?.transactions ?? null)),
    column("number", "inputs", ({ block }) => count(block?.inputs ?? null)),
    column("text", "connected at", ({ connected_time, time }) => clock(connected_time ?? time)),
    column("mono", "hash", ({ hash }) => hashEnds(hash)),
  ];
}

function Time({ of, isSlow }: { readonly of: number | null; readonly isSlow: boolean }) {
  return isSlow ? <span class="slow">▲ slow {nanoseconds(of)}</span> : nanoseconds(of);
}

function firstText({ first }: BlockDocument): string {
  return first === null ? "not seen" : `${first.msg_type} from peer ${first.peer_id}`;
}
