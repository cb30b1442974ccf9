import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { resultJson } from "../../src/commands/block-benchmark/result.ts";
import { textIn } from "../../src/event/fields.ts";
import { version } from "../../src/version.ts";
import { V31 } from "../contract/nodes.ts";
import { nodeBinary } from "../elf/node-binary.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { LOGIN, serveHttp } from "../helpers/hostile-server.ts";
import { RELEASE_NODE, socketOf, startIpcNode, TRACE_NODE } from "../helpers/ipc-node.ts";
import { describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { record, SIMULATED_KINDS, simulatedEvents } from "../recording/recordings.ts";
import { allCommands, visibleOptions } from "./all-commands.ts";
import { documentFlaws, lineFlaws } from "./json-rules.ts";
import { corelens } from "./run-command.ts";

const directory = temporaryDirectory();
const inDirectory = (name: string): string => join(directory, name);
const RECORDING = inDirectory("node.corelens");
const RESULT = inDirectory("result.json");
const BINARY = nodeBinary(inDirectory("bitcoind"), V31);

/** Command lines that print a stream, and run without a node. */
const STREAMS: readonly (readonly string[])[] = [
  ["replay", RECORDING, "--speed", "max"],
  ["trace", "--from", RECORDING, "--fields", "*"],
  ["export", RECORDING],
  ["count", "net:*", "--from", RECORDING, "--by", "msg_type", "--mean", "size", "--every", "5s"],
  ["p2p-traffic", "--from", RECORDING],
  ["p2p-traffic", "--compare", RECORDING, RECORDING],
  ["p2p-connections", "--from", RECORDING],
  ["p2p-messages", "--from", RECORDING],
  ["p2p-messages", "--from", RECORDING, "--decode"],
  ["p2p-messages", "--from", RECORDING, "--capture", inDirectory("messages")],
  ["p2p-monitor", "--from", RECORDING, "--speed", "max"],
  ["mempool-monitor", "--from", RECORDING, "--speed", "max"],
  ["coin-selection", "--from", RECORDING],
  ["utxos", "--from", RECORDING],
  ["utxocache-flushes", "--from", RECORDING],
  ["timeline", "--from", RECORDING, "--summary"],
  ["log", "--from", RECORDING],
  ["block-benchmark", "--from", RECORDING, "--slow", "1"],
  ["list", BINARY, BINARY],
  ["check", BINARY, "--release", "28"],
];

/** Command lines that print one object, and run without a node. */
const DOCUMENTS: readonly (readonly string[])[] = [
  ["info", RECORDING],
  ["export", RECORDING, "--csv", inDirectory("tables")],
  ["block-benchmark", "--compare", RESULT, RESULT],
  ["decode", "ping", "0102030405060708"],
  ["doctor", BINARY],
  ["doctor", "--errors"],
  ["ipc", "call"],
];

/** Commands that other tests below run with their requirements. */
const FURTHER = [
  "demo",
  "block",
  "ipc status",
  "ipc watch",
  "peer",
  "record",
  "recordings",
  "sql",
  "state",
  "tx",
];

interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

function expectDocument({ stdout, stderr }: Printed): void {
  expect(stdout, stderr).toMatch(/^\{\n/);
  expect(documentFlaws(JSON.parse(stdout))).toEqual([]);
}

function expectStream({ stdout, stderr }: Printed, command: string): void {
  const [first, ...lines] = stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  const stream = { tracepoint: "corelens:stream", schema: 2, corelens: version(), command };
  expect(first, stderr).toEqual(stream);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.flatMap(lineFlaws)).toEqual([]);
}

async function run(...args: readonly string[]): Promise<RunningCommand> {
  const command = new RunningCommand([...args, "--json"]);
  await command.ended;
  return command;
}

describe("the JSON of every command", () => {
  beforeAll(async () => {
    const events = simulatedEvents(3000);
    const { time, ktime, tid, thread, cpu, pid } = events.at(-1)!;
    const envelope = { time, ktime, tid, thread, cpu, pid };
    const misbehaved = {
      tracepoint: "net:misbehaving_connection",
      peer_id: 1,
      reason: "mutated block",
    };
    await record(RECORDING, SIMULATED_KINDS, [...events, { ...envelope, ...misbehaved }]);
    const blocks = Array.from({ length: 30 }, (_, i) => ({
      ...{ hash: String(i).padStart(64, "0"), height: i, transactions: 1, inputs: 1 },
      ...{ sigops_cost: 0, duration_ns: 1e6 + i },
    }));
    const result = { binary: null, time: 0, elapsed: 1e9, lost: 0, blocks };
    writeFileSync(RESULT, resultJson(result));
    // Some of root's commands read as the user nobody.
    chmodSync(directory, 0o755);
    chmodSync(RECORDING, 0o644);
  });

  it("is tested here", async () => {
    const printing = [...(await allCommands())]
      .filter(([, command]) => visibleOptions(command).some(({ long }) => long === "--json"))
      .map(([name]) => name);
    const lines = [...STREAMS, ...DOCUMENTS].map((words) => words.join(" "));
    const isTested = (name: string) =>
      FURTHER.includes(name) || lines.some((line) => `${line} `.startsWith(`${name} `));
    expect(printing.filter((name) => !isTested(name))).toEqual([]);
    expect(printing.length).toBeGreaterThan(20);
  });

  it.each(STREAMS)("%s %s %s is a stream", async (...args) => {
    expectStream(await corelens(...args, "--json"), args[0]!);
  });

  it.each(DOCUMENTS)("%s %s %s is a document", async (...args) => {
    expectDocument(await corelens(...args, "--json"));
  });

  it("sql is a document", async () => {
    const query = "select size, msg_type, time from net.inbound_message limit 3";
    expectDocument(await run("sql", "--from", RECORDING, query));
  });

  it.each([
    ["tx", "mempool:added", "txid"],
    ["block", "validation:block_connected", "hash"],
    ["peer", "net:inbound_message", "address"],
  ])("%s is a document", async (name, tracepoint, field) => {
    const event = simulatedEvents(3000).find((each) => each.tracepoint === tracepoint)!;
    expectDocument(await run(name, textIn(event, field)!, "--from", RECORDING));
  });

  it("demo is a stream", async () => {
    expectStream(await run("demo", "--count", "200"), "demo");
  });

  it("state is a document, and a stream with --watch", async () => {
    const { port } = await serveHttp(({ body }, response) => {
      const calls = [JSON.parse(body)].flat() as { id: number; method: string }[];
      const answers = calls.map(({ id, method }) => ({ id, result: ANSWERS[method] ?? null }));
      response.end(JSON.stringify(Array.isArray(JSON.parse(body)) ? answers : answers[0]));
    });
    const cookie = inDirectory("cookie");
    writeFileSync(cookie, `${LOGIN.user}:${LOGIN.password}`);
    const args = ["state", "--rpc", `http://127.0.0.1:${port}`, "--cookie", cookie];
    const document = await run(...args);
    expectDocument(document);
    expect(JSON.parse(document.stdout)).toMatchObject({
      chain: { block_time: "2026-11-21T07:33:08.000000Z", median_time: null },
      peers: [{ last_block: null, last_sent: "2026-11-21T07:33:09.000000Z" }],
      traffic: { time: "2026-11-21T07:33:08.703000Z" },
      bans: [{ until: null }],
    });
    const watching = new RunningCommand([...args, "--watch", "50ms", "--json"]);
    await until("it prints", () => watching.lines.length > 1);
    watching.process.kill("SIGINT");
    await watching.ended;
    expectStream(watching, "state");
  });
});

const SECONDS = Date.parse("2026-11-21T07:33:08Z") / 1000;

const ANSWERS: Readonly<Record<string, unknown>> = {
  getblockchaininfo: { chain: "main", time: SECONDS, mediantime: 0 },
  getpeerinfo: [{ id: 1, lastsend: SECONDS + 1, last_block: 0, minping: 0.1 + 0.2 }],
  getnettotals: { timemillis: SECONDS * 1000 + 703, totalbytessent: 1 },
  // The end of this ban has no representable time.
  listbanned: [{ address: "192.0.2.7/32", ban_created: SECONDS, banned_until: 2 ** 62 }],
  uptime: 61,
};

describeNeeding([rightsToTrace, root], "the JSON of record", () => {
  it("is a document", async () => {
    const node = new RunningCommand(["simulate", "--speed", "20"]);
    const args = ["--target", `${node.process.pid}`, "--duration", "300ms"];
    await until("it has tracepoints", () => node.stdout.includes("corelens list"));
    expectDocument(await run("record", inDirectory("recorded.corelens"), ...args));
  });
});

const BITCOIN_NODE = TRACE_NODE ?? RELEASE_NODE;

describe.skipIf(!BITCOIN_NODE)("the JSON of IPC (needs CORELENS_IPC_NODE)", () => {
  it("is a document of status and call, and a stream of watch", async () => {
    const node = await startIpcNode(BITCOIN_NODE!, inDirectory("node"));
    try {
      const socket = ["--socket", socketOf(node)];
      expectDocument(await run("ipc", "status", ...socket));
      const call = await run("ipc", "call", "mining.getTip", ...socket);
      expectDocument(call);
      expect(JSON.parse(call.stdout)).toMatchObject({
        method: "mining.getTip",
        result: { height: 0 },
      });
      expectStream(await run("ipc", "watch", "--duration", "300ms", ...socket), "ipc watch");
    } finally {
      await node.stop();
    }
  });
});
