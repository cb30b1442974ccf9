import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  TIMELINE_JSON,
  Timeline,
  type TimelineFormat,
  timelineText,
} from "../../../src/commands/timeline/timeline.ts";
import type { EventKind } from "../../../src/event/kind.ts";
import { isNotice, type StreamEvent } from "../../../src/event/notice.ts";
import { Collector } from "../../../src/metrics/collector.ts";
import type { BlockDocument } from "../../../src/model/blocks/block-document.ts";
import type { BlocksView } from "../../../src/model/blocks/blocks.ts";
import { NodeModel } from "../../../src/model/node-model.ts";
import { counted } from "../../../src/text/counted.ts";
import { durationText } from "../../../src/text/format.ts";
import { painter } from "../../../src/text/paint.ts";
import { knownMedian } from "../../../src/util/statistics.ts";
import { simulatedKinds, sourceOf, traced } from "../../commands/simulated-events.ts";
import { delivering, seriesOf } from "../../metrics/collected.ts";
import { read, record, temporaryDirectory } from "../../recording/recordings.ts";

/** What a recording says about blocks, by everything that shows it. */
interface Shown {
  readonly text: string;
  readonly blocks: readonly BlockDocument[];
  readonly reorganisations: readonly Record<string, unknown>[];
  readonly summary: { readonly steps: readonly { step: string; median_ns: number }[] };
  readonly page: BlocksView;
  readonly metrics: ReadonlyMap<string, number>;
}

const MINUTES = 14;
const WANTED = [
  ...["net:inbound_message", "net:outbound_message", "validation:block_connected"],
  ...["utxocache:flush", "mempool:removed", "mempool:added", "mempool:rejected"],
];
const KINDS = simulatedKinds(31).filter(({ name }) => WANTED.includes(name));

function timelineOf(
  events: readonly StreamEvent[],
  kinds: readonly EventKind[],
  format: TimelineFormat,
  kind: "all" | "summary" = "all",
): string {
  const timeline = new Timeline(sourceOf(kinds, 0), WANTED, { kind }, format);
  const lines = events.map((event) => {
    if (!isNotice(event)) return timeline.print(event);
    timeline.observe(event);
    return "";
  });
  return lines.join("") + timeline.end();
}

async function shownOf(maxPayload: number): Promise<Shown> {
  const path = join(temporaryDirectory(), "node.corelens");
  const wanted = [...traced(MINUTES)].filter(({ tracepoint }) => WANTED.includes(tracepoint));
  await record(path, KINDS, wanted, { maxPayload });
  const { events, reader, error } = await read(path);
  expect(error).toBeNull();
  const { kinds } = reader;
  const lines = timelineOf(events, kinds, TIMELINE_JSON)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const named = (name: string) =>
    lines
      .filter(({ tracepoint }) => tracepoint === name)
      .map(({ tracepoint: _, ...values }) => values);
  const model = new NodeModel(events[0]!.time);
  model.learn(kinds);
  for (const event of events) model.see(event);
  const collector = new Collector(delivering(kinds), "1", null);
  collector.see(events, events[0]!.time);
  return {
    text: timelineOf(events, kinds, timelineText(painter(false))),
    blocks: named("corelens:block"),
    reorganisations: named("corelens:reorganisation"),
    summary: JSON.parse(
      timelineOf(events, kinds, TIMELINE_JSON, "summary").trim().split("\n").at(-1)!,
    ),
    page: model.view("blocks"),
    metrics: seriesOf(await collector.collect()),
  };
}

/** The same for the page and the timeline, whose JSON has RFC 3339 times and all messages. */
function numbersOf({ time: _, connected_time: __, stale: ___, messages, ...rest }: BlockDocument) {
  return { ...rest, messages: messages.slice(0, 120) };
}

describe.each([
  ["with payloads", 4096, false],
  ["without payloads", 0, true],
])("a recording %s", (_, maxPayload, isGuessed) => {
  it("has the same blocks in the timeline, on the Blocks page and in the metrics", async () => {
    const { text, blocks, reorganisations, summary, page, metrics } = await shownOf(maxPayload);
    expect(blocks.length).toBeGreaterThan(15);
    expect(blocks.length).toBeLessThanOrEqual(40);
    expect(blocks.some(({ guessed }) => guessed)).toBe(isGuessed);

    // Block by block: timeline --json and the page.
    const oldestFirst = page.blocks.toReversed();
    expect(oldestFirst.map(numbersOf)).toEqual(blocks.map(numbersOf));
    for (const [i, { connected_time }] of oldestFirst.entries()) {
      expect(
        Math.abs(Date.parse(String(blocks[i]!.connected_time)) - connected_time!),
      ).toBeLessThan(1);
    }

    // Block by block: the text and the page.
    const sections = text
      .split("\n\n")
      .filter((section) => /^(guessed.*\n)?.*block \d+ /.test(section));
    const texts = new Map(
      blocks.map(({ hash }) => [hash, sections.find((t) => t.includes(hash!))!]),
    );
    for (const { hash, height, block, first, relay, removed, stages } of page.blocks) {
      const section = texts.get(hash)!;
      expect(section).toContain(
        `block ${height} (${hash})  ${counted(block!.transactions!, "transaction")}, ${counted(block!.inputs!, "input")}`,
      );
      expect(section).toContain(`took ${durationText(block!.duration_ns!)}`);
      if (first) expect(section).toContain(`${first.msg_type} from peer ${first.peer_id} (`);
      if (relay) expect(section).toContain(`${relay.msg_type} to ${counted(relay.peers, "peer")}`);
      if (removed)
        expect(section).toContain(`${counted(removed.block, "transaction")} of the block`);
      const connected = stages.find(({ stage }) => stage === "connected")!;
      expect(section).toMatch(new RegExp(`connected +${durationText(connected.at_ns)} `));
    }

    // All blocks: the summary, the page and the metrics.
    const sum = (read: (block: NonNullable<BlockDocument["block"]>) => number | null) =>
      blocks.reduce((total, { block }) => total + read(block!)!, 0);
    const metric = (name: string) => metrics.get(`corelens_${name}`);
    expect(summary).toMatchObject({
      blocks: blocks.length,
      announcers: JSON.parse(
        JSON.stringify(
          page.announcers.map(({ peer, ...rest }) => ({
            ...{
              peer_id: peer!.id,
              address: peer!.address,
              connection_type: peer!.connection_type,
            },
            ...rest,
          })),
        ),
      ),
    });
    const { steps } = summary;
    expect(steps.find(({ step }) => step === "seen_to_connected")!.median_ns).toBe(
      Math.round(knownMedian(page.blocks.map((block) => block.seen_to_connected_ns))!),
    );
    expect(page.durations.reduce((a, b) => a + b)).toBe(page.connected);
    expect(metric("blocks_connected_total")).toBe(page.connected);
    expect(metric("block_transactions_total")).toBe(sum(({ transactions }) => transactions));
    expect(metric("block_inputs_total")).toBe(sum(({ inputs }) => inputs));
    expect(metric("block_sigops_cost_total")).toBe(sum(({ sigops_cost }) => sigops_cost));
    expect(metric("block_connection_duration_seconds_sum")).toBeCloseTo(
      sum(({ duration_ns }) => duration_ns) / 1e9,
    );
    expect(metric("last_block_height")).toBe(page.blocks[0]!.height);
    expect(metric("last_block_transactions")).toBe(page.blocks[0]!.block!.transactions);

    // Reorganisations.
    expect(page.reorganisations.length).toBeGreaterThan(0);
    expect(reorganisations.map(({ height, depth }) => [height, depth])).toEqual(
      page.reorganisations.toReversed().map(({ height, depth }) => [height, depth]),
    );
    expect(metric("reorganisations_total")).toBe(page.reorganisations.length);
    expect(metric("blocks_replaced_total")).toBe(page.blocks.filter(({ stale }) => stale).length);
    expect(text.match(/^Reorganisation at /gm)).toHaveLength(page.reorganisations.length);
  }, 120_000);
});
