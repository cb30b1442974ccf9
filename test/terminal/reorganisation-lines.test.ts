import { describe, expect, it } from "vitest";
import { TIMELINE_JSON, Timeline, timelineText } from "../../src/commands/timeline/timeline.ts";
import type { RawEvent } from "../../src/event/event.ts";
import { ReorganisationLines } from "../../src/terminal/reorganisation-lines.ts";
import { EventText } from "../../src/text/event-text.ts";
import type { LineStyle } from "../../src/text/line-tool.ts";
import { event, JSON_LINES, TEXT } from "../commands/lines.ts";
import { simulatedKinds, sourceOf, traced } from "../commands/simulated-events.ts";

const hash = (name: string): string => name.padStart(64, "0");
const block = (name: string): RawEvent =>
  event("validation:block_connected", {
    ...{ hash: hash(name), height: Number.parseInt(name, 10), transactions: 2, inputs: 2 },
    ...{ sigops_cost: 4, duration_ns: 1000 },
  });
const txid = "7".repeat(64);

const reorganised = (): RawEvent[] => [
  ...[event("mempool:added", { txid }), block("930001a")],
  ...[event("mempool:removed", { txid, reason: "block" }), block("930001b"), block("930002b")],
  event("mempool:added", { txid }),
];

const SENTENCE =
  "Reorganisation at 930,001: 1 block replaced, 1 transaction returned to the mempool";

describe("lines of events", () => {
  const linesOf = (style: LineStyle): ReorganisationLines => {
    const text = new EventText(false);
    const line = (each: Parameters<EventText["line"]>[0]): string => `${text.line(each)}\n`;
    return new ReorganisationLines({ print: line, notice: line }, style);
  };

  it("include a complete reorganisation", () => {
    const lines = linesOf(TEXT);
    const events = reorganised();
    expect(events.map((each) => lines.print(each)).join("")).not.toContain("Reorganisation");
    const { time } = events.at(-1)!;
    expect(lines.tick(time + 999)).toBe("");
    expect(lines.tick(time + 1000)).toMatch(new RegExp(`^00:00:00\\.\\d{6}  ${SENTENCE}\n$`));
    expect(lines.end()).toBe("");
  });

  it("include it as an object, at the end at the latest", () => {
    const lines = linesOf(JSON_LINES);
    const events = reorganised();
    for (const each of events) lines.print(each);
    expect(JSON.parse(lines.end())).toEqual({
      tracepoint: "corelens:reorganisation",
      time: expect.stringMatching(/^2026-01-01T00:00:00\.\d+Z$/),
      ...{ pid: 4700, height: 930_001, depth: 1, replaced: [hash("930001a")] },
      ...{ returned: 1, dropped: 0, tip_height: 930_002, tip_hash: hash("930002b") },
    });
  });
});

describe("a timeline", () => {
  const timeline = (format = timelineText(TEXT.paint)): Timeline =>
    new Timeline(sourceOf(simulatedKinds(31), 0), [], { kind: "all" }, format);

  it("shows a reorganisation between its blocks", () => {
    const tool = timeline();
    const text = reorganised()
      .map((each) => tool.print(each))
      .join("");
    expect(text + tool.end()).toContain(`${SENTENCE}\n`);
  });

  it("prints a reorganisation as an object of its own", () => {
    const tool = timeline(TIMELINE_JSON);
    for (const each of reorganised()) tool.print(each);
    const objects = tool
      .end()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(objects[0]).toMatchObject({
      tracepoint: "corelens:reorganisation",
      height: 930_001,
      depth: 1,
    });
  });

  it("shows reorganisations of the simulated node", () => {
    const tool = timeline();
    const kinds = /^(validation:block_connected|mempool:(added|removed|rejected))$/;
    const events = [...traced(25)].filter(({ tracepoint }) => kinds.test(tracepoint));
    const text = events.map((each) => tool.print(each)).join("") + tool.end();
    expect(
      text.match(/^Reorganisation at 930,\d{3}: 1 block replaced, .+$/gm)?.length,
    ).toBeGreaterThan(1);
  });
});
