import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";
import { NOTHING } from "../../src/event/loss.ts";
import type { StreamEvent } from "../../src/event/notice.ts";
import { painter } from "../../src/text/paint.ts";
import { frameLines } from "../../src/text/screen/frame.ts";
import type { Key, ScreenTool } from "../../src/text/screen/screen-tool.ts";

/** The start of the events, and the time of the screens: 2026-11-21T12:30:00Z. */
export const START = 1_795_264_200_000;

/** An event at a number of milliseconds after the start. */
export function eventAt(
  ms: number,
  tracepoint: string,
  fields: Record<string, unknown>,
): StreamEvent {
  const time = START + ms;
  return {
    tracepoint,
    time,
    ktime: ms * 1e6,
    tid: 7,
    thread: "b-msghand",
    cpu: 0,
    pid: 4711,
    ...fields,
  };
}

export interface Shot {
  readonly columns: number;
  readonly rows: number;
  /** Milliseconds after the start. */
  readonly at: number;
  readonly colour?: boolean;
  readonly helpTop?: number | null;
}

/** The screen after a number of keys, with a frame drawn before each key. */
export function shot(tool: ScreenTool, keys: readonly Key[], options: Shot): string[] {
  const { columns, rows, at, colour = false, helpTop = null } = options;
  const frame = {
    columns,
    rows,
    now: START + at,
    paint: painter(colour),
    stream: {
      tallies: new Map([["net:inbound_message", { ...NOTHING, delivered: 1 }]]),
      cost: { nanosecondsPerHit: 386, runs: 100_000 },
      hitsPerSecond: 20_000,
      notice: null,
      isOver: false,
    },
    helpTop,
  };
  frameLines(tool, frame);
  for (const key of keys) {
    tool.key(key);
    frameLines(tool, frame);
  }
  return frameLines(tool, frame);
}

/** The screen as text for a file, without spaces at the ends of lines. */
export function textOf(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

export function told<Tool extends ScreenTool>(tool: Tool, events: readonly StreamEvent[]): Tool {
  for (const event of events) tool.take(event);
  return tool;
}

/** Messages of a number of peers, the same number in each direction. */
export function crowdEvents(peers: number, messages: number): StreamEvent[] {
  return Array.from({ length: messages }, (_, i) => {
    const peer = (i * 7) % peers;
    return eventAt(i / 20, i % 2 === 0 ? "net:inbound_message" : "net:outbound_message", {
      peer_id: peer,
      address: `203.0.113.${peer % 250}:${8333 + peer}`,
      connection_type: peer % 2 === 0 ? "outbound-full-relay" : "inbound",
      msg_type: ["inv", "tx", "getdata", "ping"][i % 4],
      size: 37 + (i % 900),
      payload: new Uint8Array(),
    });
  });
}

const anyValue = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.nat(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.constant(null),
  fc.constant(undefined),
);

/** What a screen may meet, and what it may draw. */
export interface AnyScreen {
  readonly toolOf: (events: StreamEvent[]) => ScreenTool;
  readonly tracepoints: readonly string[];
  /** Fields, with any values. */
  readonly fields: readonly string[];
  readonly keys: readonly Key[];
  /** A line without its colours. */
  readonly line: RegExp;
}

/** Draws screens of any events, after any keys, in any size. */
export function expectSizeKept({ toolOf, tracepoints, fields, keys, line }: AnyScreen): void {
  const event = fc.record({
    at: fc.nat(600_000),
    tracepoint: fc.constantFrom(...tracepoints),
    fields: fc.record(Object.fromEntries(fields.map((name) => [name, anyValue]))),
  });
  fc.assert(
    fc.property(
      ...[fc.array(event), fc.array(fc.constantFrom(...keys)), fc.nat(250), fc.nat(70)],
      fc.boolean(),
      (events, pressed, columns, rows, colour) => {
        const tool = toolOf(events.map((e) => eventAt(e.at, e.tracepoint, e.fields)));
        const lines = shot(tool, pressed, { columns, rows, at: 1000, colour });
        expect(lines.length).toBe(rows);
        for (const each of lines) {
          const text = stripVTControlCharacters(each);
          expect(text).toMatch(line);
          expect(text.length).toBeLessThanOrEqual(columns);
        }
        JSON.stringify(tool.snapshot(START), (_, v) => (typeof v === "bigint" ? `${v}` : v));
      },
    ),
    { numRuns: 200 },
  );
}
