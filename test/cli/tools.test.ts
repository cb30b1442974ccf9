import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RawEvent } from "../../src/event/event.ts";
import { eventJson } from "../../src/event/json.ts";
import { groupedText } from "../../src/text/format.ts";
import { jsonLines } from "../helpers/json-lines.ts";
import {
  record,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "../recording/recordings.ts";
import { corelens } from "./run-command.ts";

/** Events of one thread, like those of a simulated node. */
const EVENTS = simulatedEvents(6000).map((event) => ({ ...event, tid: 4711 }));

async function recording({ maxPayload = Number.POSITIVE_INFINITY } = {}): Promise<string> {
  const path = join(temporaryDirectory(), "node.corelens");
  await record(path, SIMULATED_KINDS, EVENTS, { maxPayload });
  return path;
}

const named = (...names: string[]): RawEvent[] =>
  EVENTS.filter(({ tracepoint }) => names.includes(tracepoint));

const MESSAGES = named("net:inbound_message", "net:outbound_message");

describe.each([
  ["p2p-traffic", MESSAGES.length],
  ["p2p-messages", MESSAGES.length],
  ["p2p-connections", EVENTS.filter(({ tracepoint }) => tracepoint.endsWith("_connection")).length],
  ["utxos", named("utxocache:add", "utxocache:spent", "utxocache:uncache").length],
  ["utxocache-flushes", named("utxocache:flush").length],
  [
    "coin-selection",
    named("coin_selection:normal_create_tx_internal", "coin_selection:aps_create_tx_internal")
      .length,
  ],
])("corelens %s", (tool, count) => {
  it("prints a recording's events as text and as JSON, then totals", async () => {
    const path = await recording();
    const text = await corelens(tool, "--from", path);
    expect(text.stdout.match(/^\d\d:\d\d:\d\d\.\d{6} {2}/gm)).toHaveLength(count);
    expect(text.stderr).toContain("none lost");
    const json = await corelens(tool, "--from", path, "--json");
    const lines = jsonLines(json.stdout);
    expect(lines.filter(({ ktime }) => ktime !== undefined)).toHaveLength(count);
    expect(lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", lost: 0 });
    expect([text.status, json.status]).toEqual([0, 0]);
  });

  it("is explained with examples", async () => {
    const { stdout, status } = await corelens(tool, "--help");
    expect(stdout).toContain(`$ sudo corelens ${tool}`);
    expect(stdout).toContain("--where");
    expect(status).toBe(0);
  });

  it("refuses a query that its events cannot answer", async () => {
    const { stderr, status } = await corelens(tool, "--from", await recording(), "-w", "feee > 1");
    expect(stderr).toContain("QUERY_TYPE");
    expect(status).toBe(2);
  });
});

describe("corelens p2p-traffic", () => {
  it("sums the events that pass a query", async () => {
    const path = await recording();
    const { stdout } = await corelens(
      ...["p2p-traffic", "--from", path, "--by", "msg_type", "--json"],
      ...["--where", 'msg_type == "inv" && size > 50'],
    );
    const wanted = MESSAGES.filter(({ msg_type, size }) => msg_type === "inv" && Number(size) > 50);
    const [group, totals] = jsonLines(stdout);
    expect(group!.msg_type).toBe("inv");
    expect(Number(group!.inbound_messages) + Number(group!.outbound_messages)).toBe(wanted.length);
    expect(totals).toMatchObject({ tracepoint: "corelens:totals" });
  });

  it("compares two recordings", async () => {
    const path = await recording();
    const { stdout, status } = await corelens("p2p-traffic", "--compare", path, path);
    expect(stdout).toMatch(/^A {2}.*\nB {2}.*\n\nMSG_TYPE /);
    expect(stdout).toMatch(/^all .* - +\d+\.\d +\d+\.\d +-\n$/m);
    expect(status).toBe(0);
  });

  it.each([
    [["--compare", "a"], "--compare takes two recordings"],
    [["--compare", "a", "b", "--from", "c"], "cannot be used with"],
    [["--by", "payload"], "FIELD_UNKNOWN"],
    [["--compare", "/nowhere", "/nowhere"], "FILE_UNREADABLE"],
  ])("refuses %j", async (args, message) => {
    const { stderr, status } = await corelens("p2p-traffic", ...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

describe("corelens p2p-messages", () => {
  it("prints every recorded payload", async () => {
    const { stdout } = await corelens("p2p-messages", "--from", await recording(), "--json");
    expect(stdout.split("\n").slice(1, MESSAGES.length + 1)).toEqual(MESSAGES.map(eventJson));
  });

  it("writes complete messages to files, appends to existing files, and omits incomplete messages", async () => {
    const directory = temporaryDirectory();
    const path = await recording();
    await corelens("p2p-messages", "--from", path, "--capture", directory);
    const once = bytesBelow(directory);
    expect(once).toBe(MESSAGES.reduce((sum, { size }) => sum + Number(size) + 24, 0));
    const cut = await recording({ maxPayload: 100 });
    const { stdout } = await corelens("p2p-messages", "--from", cut, "--capture", directory);
    const whole = MESSAGES.filter(({ size }) => Number(size) <= 100);
    expect(stdout).toContain(`${groupedText(whole.length)} messages written below ${directory}`);
    expect(stdout).toContain(
      `${groupedText(MESSAGES.length - whole.length)} incomplete messages omitted`,
    );
    const added = whole.reduce((sum, { size }) => sum + Number(size) + 24, 0);
    expect(bytesBelow(directory)).toBe(once + added);
  });

  it("reports at once that it cannot write, or that a recording has no payloads", async () => {
    const path = await recording();
    const none = ["p2p-messages", "--from", path, "--where", "size < 0"];
    const nowhere = await corelens(...none, "--capture", "/proc/nowhere");
    expect(nowhere.stderr).toContain("FILE_UNWRITABLE");
    const bare = join(temporaryDirectory(), "bare.corelens");
    const kinds = SIMULATED_KINDS.map(({ name, fields }) => ({
      name,
      fields: fields.filter(({ type }) => type !== "bytes"),
    }));
    await record(bare, kinds, EVENTS.slice(0, 100));
    const { stderr, status } = await corelens("p2p-messages", "--from", bare);
    expect(stderr).toContain("has no payloads");
    expect(status).toBe(2);
  });
});

describe("corelens utxos --connected-only", () => {
  it("shows every block, and the coins that match a query", async () => {
    const path = await recording();
    const args = ["utxos", "--from", path, "--connected-only", "--json", "-w", "is_coinbase"];
    const lines = jsonLines((await corelens(...args)).stdout);
    const blocks = lines.filter(({ hash }) => hash !== undefined);
    expect(blocks.map(({ hash }) => hash)).toEqual(
      named("validation:block_connected").map(({ hash }) => hash),
    );
    const coins = lines.filter(({ txid }) => txid !== undefined);
    const coinbases = coins.filter(({ tracepoint }) => tracepoint === "utxocache:add");
    expect(coins.every(({ is_coinbase }) => is_coinbase)).toBe(true);
    expect(coinbases.map(({ block_hash }) => block_hash)).toEqual(blocks.map(({ hash }) => hash));
    expect(blocks.length).toBeGreaterThan(0);
  });

  it("refuses a query that is not on coins", async () => {
    const path = await recording();
    const { stderr, status } = await corelens(
      "utxos",
      "--connected-only",
      "--from",
      path,
      "-w",
      "transactions > 3",
    );
    expect(stderr).toContain("there is no field transactions");
    expect(status).toBe(2);
  });
});

function bytesBelow(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".dat"))
    .reduce((sum, file) => sum + readFileSync(join(directory, file)).length, 0);
}
