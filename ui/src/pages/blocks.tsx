import {
  type Announcer,
  type BlocksView,
  type BlockView,
  DURATIONS,
} from "../../../src/model/blocks/blocks.ts";
import { counted } from "../../../src/text/counted.ts";
import { clock, count, duration, hashEnds, mark, percent, printable, short } from "../format.ts";
import { chart, viewOf } from "../live.ts";
import { Bars } from "../parts/bars.tsx";
import { Chart } from "../parts/chart.tsx";
import { HeldList } from "../parts/held-list.tsx";
import { NotKept } from "../parts/not-kept.tsx";
import { Absent, Panel } from "../parts/panel.tsx";
import { Reorganisations } from "../parts/reorganisations.tsx";
import { Waterfall } from "../parts/waterfall.tsx";
import { StaleTag, Way, WayKey } from "../parts/way.tsx";
import { chosen, open } from "../route.ts";
import { storyOf } from "./block-story.ts";

export function Blocks() {
  const view = viewOf("blocks");
  if (!view) return <p class="waiting">Connecting …</p>;
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
        <Absent>
          No block has been connected since tracing began. On the main chain one comes every ten
          minutes on average.
        </Absent>
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
        <p class="story">{storyOf(block)}</p>
        <Waterfall block={block} />
        <p class="key">
          Which block a message is of is told from its type and time: payloads are not read. ←
          filled, → hollow.
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
          format={(value) => `${mark(value)}/s`}
          height={150}
          label={`Blocks connected per second; ${count(view.connected)} since tracing began`}
        />
      </Panel>
      <Last view={view} shown={block} />
    </div>
  );
}

function Last({ view, shown }: { readonly view: BlocksView; readonly shown: BlockView | null }) {
  return (
    <Panel title="Last blocks" span={12} aside={`${count(view.connected)} since tracing began`}>
      <HeldList rows={view.blocks} keyOf={({ hash, time }) => `${hash} ${time}`}>
        {(blocks) => <Table view={{ ...view, blocks }} shown={shown} />}
      </HeldList>
      <WayKey />
    </Panel>
  );
}

function isSlow(
  { slow }: BlocksView,
  block: BlockView,
): { connecting: boolean; arriving: boolean } {
  const above = (value: number | null, bound: number | null): boolean =>
    value !== null && bound !== null && value > bound;
  return {
    connecting: above(block.duration, slow.connecting),
    arriving: above(untilConnected(block), slow.arriving),
  };
}

function untilConnected({ announced, time }: BlockView): number | null {
  return announced === null ? null : time - announced;
}

/** How long connecting each of the last blocks took, the oldest on the left. */
function Connecting({ view, shown }: { readonly view: BlocksView; readonly shown: BlockView }) {
  const { blocks, slow } = view;
  const isSlowOne = (block: BlockView): boolean => isSlow(view, block).connecting;
  const bars = blocks.toReversed().map((block) => ({
    key: `${block.hash} ${block.time}`,
    value: block.duration ?? 0,
    title: `Block ${count(block.height)}: ${duration(block.duration)}${isSlowOne(block) ? ", slow" : ""}`,
    mark: isSlowOne(block) ? "▲" : block === shown ? "•" : "",
    colour: isSlowOne(block) ? "warning" : block === shown ? "accent" : "blocks-0",
    onClick: () => open({ block: block.hash }),
  }));
  const slowOnes = blocks.filter(isSlowOne).length;
  const longest = Math.max(...blocks.map(({ duration }) => duration ?? 0));
  const bound = slow.connecting;
  return (
    <Panel
      title="Connecting the last blocks"
      span={7}
      aside={`the longest took ${duration(longest)}`}
    >
      <Bars
        bars={bars}
        height={150}
        label={`How long connecting ${counted(blocks.length, "block")} took: at most ${duration(longest)}, ${slowOnes} slow`}
        line={bound === null ? null : { at: bound, text: `slow above ${duration(bound)}` }}
      />
      <p class="key">
        {bound === null
          ? "Five blocks are needed to tell what is slow."
          : `Slow (▲) is over three times the median of these blocks and over 50 ms: above ${duration(bound)}. ${slowOnes === 0 ? "None was." : ""}`}
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
    const low = DURATIONS[first + i]!;
    const high = DURATIONS[first + i + 1];
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
        <Absent>This release does not tell how long a block took.</Absent>
      ) : (
        <Bars bars={bars} height={150} label={text} />
      )}
      <p class="key">Each column begins at the time beneath it. All blocks since tracing began.</p>
    </Panel>
  );
}

/** `500 µs` would be 0 ms: the first class begins at 0. */
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
  const told = announcers.reduce((sum, announcer) => sum + announcer.blocks, 0);
  const most = Math.max(1, ...announcers.map((announcer) => announcer.blocks));
  return (
    <Panel title="Who announced first" span={7} aside={`${told} of ${counted(blocks, "block")}`}>
      {announcers.length === 0 ? (
        <Absent>
          No announcement was seen before one of these blocks: the node made them, had them before,
          or its messages are not traced.
        </Absent>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th class="number">peer</th>
                <th>address</th>
                <th class="number">first with</th>
                <th class="bar" />
                <th class="number">median lead</th>
              </tr>
            </thead>
            <tbody>
              {announcers.slice(0, MAX_ANNOUNCERS).map(({ peer, address, blocks, lead }) => (
                <tr key={peer}>
                  <td class="number">{peer ?? "–"}</td>
                  <td class="clip" title={printable(address ?? "")}>
                    {printable(address ?? "–")}
                  </td>
                  <td class="number">{counted(blocks, "block")}</td>
                  <td class="bar">
                    <meter class="blocks" max={most} value={blocks} aria-hidden="true" />
                  </td>
                  <td class="number">{lead === null ? "alone" : duration(lead)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {announcers.length > MAX_ANNOUNCERS && (
        <p class="key">and {counted(announcers.length - MAX_ANNOUNCERS, "more peer")}</p>
      )}
    </Panel>
  );
}

function Table({ view, shown }: { readonly view: BlocksView; readonly shown: BlockView | null }) {
  const { blocks } = view;
  // The longest ones would squeeze all others: they fill their bars.
  const longest =
    (view.slow.arriving ?? 0) || Math.max(1, ...blocks.map((b) => untilConnected(b) ?? 0));
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th class="number">height</th>
            <th class="number">until connected</th>
            <th class="bar">of which</th>
            <th class="number">connecting took</th>
            <th class="number">per input</th>
            <th>first announced by</th>
            <th class="number">transactions</th>
            <th class="number">inputs</th>
            <th>connected at</th>
            <th>hash</th>
          </tr>
        </thead>
        <tbody>
          {blocks.map((block) => {
            const { hash, time, height, parts, duration: took, inputs, transactions } = block;
            const slow = isSlow(view, block);
            return (
              <tr
                key={`${hash} ${time}`}
                class={block.stale ? "stale" : undefined}
                aria-current={block === shown ? "true" : undefined}
              >
                <td class="number">
                  <StaleTag block={block} />
                  <button type="button" class="link" onClick={() => open({ block: hash })}>
                    {count(height)}
                  </button>
                </td>
                <td class={slow.arriving ? "number slow" : "number"}>
                  {slow.arriving && "▲ slow "}
                  {duration(untilConnected(block))}
                </td>
                <td class="bar">
                  <Way parts={parts} longest={longest} />
                </td>
                <td class={slow.connecting ? "number slow" : "number"}>
                  {slow.connecting && "▲ slow "}
                  {duration(took)}
                </td>
                <td class="number">
                  {took !== null && inputs ? `${short((took * 1000) / inputs)} µs` : "–"}
                </td>
                <td>{firstText(block)}</td>
                <td class="number">{count(transactions)}</td>
                <td class="number">{count(inputs)}</td>
                <td>{clock(time)}</td>
                <td class="mono">{hashEnds(hash)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function firstText({ first }: BlockView): string {
  return first === null ? "not seen" : `${first.type} of peer ${first.peer}`;
}
