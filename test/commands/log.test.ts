import { expect, it } from "vitest";
import { type IncidentChoice, IncidentLines } from "../../src/commands/log/incident-lines.ts";
import { LiveLog } from "../../src/commands/log/live-log.ts";
import { incidentsOf } from "../../src/commands/log/print-incidents.ts";
import type { Notice, StreamEvent } from "../../src/event/notice.ts";
import type { LineStyle } from "../../src/text/line-tool.ts";
import { JSON_LINES, TEXT } from "./lines.ts";
import { simulatedKinds, sourceOf, traced } from "./simulated-events.ts";

const ALL: IncidentChoice = { kind: null, severity: "info" };
const MINUTES = 40;

/** A simulated node's life, with a restart after most of it. */
const LIFE: readonly StreamEvent[] = life();

function life(): StreamEvent[] {
  const events: StreamEvent[] = [...traced(MINUTES)];
  const begin = Math.floor(events[0]!.time);
  const notice = (name: string, minutes: number, fields: object) =>
    ({ tracepoint: `corelens:${name}`, time: begin + minutes * 60_000, ...fields }) as Notice;
  const attached = { binary: "/usr/bin/bitcoind", tracepoints: 20 };
  const notices = [
    notice("attached", 0, { ...attached, pid: 4711 }),
    notice("lost", 12, { lost_tracepoint: "utxocache:add", lost: 1203 }),
    notice("settings", 20, { off: ["utxocache:spent"], peers: [] }),
    notice("settings", 22, { off: [], peers: [] }),
    notice("ended", 35, { pid: 4711, awaited: null }),
    notice("attached", 35.5, { ...attached, pid: 4711 }),
  ];
  return [...events, ...notices].sort((a, b) => a.time - b.time);
}

const source = () => ({
  ...sourceOf(simulatedKinds(31)),
  batches: async function* () {
    for (let i = 0; i < LIFE.length; i += 1000) yield LIFE.slice(i, i + 1000);
  },
});

async function recorded(style: LineStyle, choice = ALL, since: number | null = null) {
  const lines = new IncidentLines(choice, style);
  let text = "";
  for await (const incident of incidentsOf(source(), since)) {
    if (lines.isChosen(incident)) text += lines.line(incident);
  }
  return text;
}

function live(style: LineStyle, choice = ALL): string {
  const log = new LiveLog(source(), new IncidentLines(choice, style));
  const text = LIFE.map((event) =>
    event.tracepoint.startsWith("corelens:")
      ? log.notice(event as Notice)
      : log.print(event as Parameters<LiveLog["print"]>[0]),
  );
  return text.join("") + log.end();
}

it("a simulated node's life has incidents of many kinds, in order of time", async () => {
  await expect(await recorded(TEXT)).toMatchFileSnapshot("golden/log.txt");
});

it("an incident that goes on is printed again when it ends", async () => {
  await expect(live(TEXT)).toMatchFileSnapshot("golden/log-live.txt");
});

it("the last line of each incident is the same live and from a recording", async () => {
  const last = (text: string) => {
    const incidents = text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    return new Map(incidents.map((incident) => [incident.id, incident]));
  };
  const [now, later] = [last(live(JSON_LINES)), last(await recorded(JSON_LINES))];
  expect(now.size).toBeGreaterThan(10);
  expect(now).toEqual(later);
});

it("an incident in JSON has its times, its object and its figures", async () => {
  const [first] = (await recorded(JSON_LINES, { ...ALL, kind: "reorganisation" })).split("\n");
  expect(JSON.parse(first!)).toMatchInlineSnapshot(`
    {
      "end_time": "2026-01-01T00:11:06.337192Z",
      "evidence": {
        "depth": 1,
        "dropped": 2,
        "first_replaced_hash": "00e41c1c3d78d0cd31a7a3cf5ff3d497279e22361184e1f5687862e4a6afc1d9",
        "from_time": "2026-01-01T00:11:06.335469Z",
        "height": 930015,
        "returned": 0,
        "tip_hash": "005fedc8de3bf7871275db866d8eceb5789c6bdba60256d12c85fc766ff8747a",
        "tip_height": 930016,
        "to_time": "2026-01-01T00:11:06.337192Z",
      },
      "id": "reorganisation-1767226266335-005fedc8de3bf7871275db866d8eceb5789c6bdba60256d12c85fc766ff8747a",
      "kind": "reorganisation",
      "object": {
        "id": "005fedc8de3bf7871275db866d8eceb5789c6bdba60256d12c85fc766ff8747a",
        "kind": "block",
      },
      "pid": 4711,
      "severity": "info",
      "text": "1 block replaced at height 930,015; 0 transactions returned to the mempool; 2 no longer valid",
      "time": "2026-01-01T00:11:06.335469Z",
      "tracepoint": "corelens:incident",
    }
  `);
});

it("only the chosen kind, severity and time is printed", async () => {
  const flushes = await recorded(TEXT, { kind: "flush_stall", severity: "info" });
  expect(
    flushes
      .split("\n")
      .slice(1, -1)
      .every((line) => line.includes("A flush")),
  ).toBe(true);
  const warnings = await recorded(JSON_LINES, { kind: null, severity: "warning" });
  expect(warnings).not.toContain('"severity":"info"');
  expect(warnings).toContain('"severity":"warning"');
  const last = await recorded(JSON_LINES, ALL, 10 * 60_000);
  const times = last
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line).end_time);
  expect(times.length).toBeGreaterThan(3);
  expect(times.every((time) => time === null || time >= "2026-01-01T00:29:5")).toBe(true);
});
