import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Group } from "../../src/counting/group.ts";
import { count } from "../../src/session/attach/count.ts";
import {
  BITCOIND,
  type BitcoinNode,
  describeRealNode,
  startTwoNodes,
} from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace, root, tool } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

interface PeerInfo {
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
  readonly bytessent_per_msg: Readonly<Record<string, number>>;
}

interface NetTotals {
  readonly totalbytesrecv: number;
  readonly totalbytessent: number;
}

/** Of a message on the wire, before its payload. */
const HEADER_BYTES = 24;

/** bpftrace counting messages by type, while `during` happens. */
async function bpftraceCounts(pid: number, during: () => Promise<void>) {
  const probe = (name: string) => `usdt:${BITCOIND}:net:${name} { @${name}[str(arg3)] = count(); }`;
  const script = `BEGIN { printf("ready\\n"); } ${probe("inbound_message")} ${probe("outbound_message")}`;
  const tracer: ChildProcess = spawn("bpftrace", ["-q", "-p", String(pid), "-e", script]);
  let printed = "";
  tracer.stdout!.on("data", (chunk) => {
    printed += chunk;
  });
  await until("bpftrace is attached", () => printed.includes("ready"));
  await during();
  const ended = once(tracer, "close");
  tracer.kill("SIGINT");
  await ended;
  const counts = [...printed.matchAll(/^@(\w+)\[(\w+)\]: (\d+)$/gm)];
  return Object.fromEntries(
    counts.map(([, name, type, count]) => [`net:${name} ${type}`, +count!]),
  );
}

describeRealNode([rightsToTrace, root, tool("bpftrace")], "counting a real node", () => {
  const directory = temporaryDirectory();
  let node: BitcoinNode;
  let peer: BitcoinNode;

  beforeAll(async () => {
    [node, peer] = await startTwoNodes(directory);
  });
  afterAll(() => Promise.all([node.stop(), peer.stop()]));

  it("has the same messages and bytes as bpftrace and the node itself", async () => {
    const session = count({
      target: node.pid,
      tracepoints: ["net:*_message"],
      by: ["tracepoint", "msg_type"],
      measures: [{ text: "size", sum: true, extremes: false }],
    });
    await node.rpc("createwallet", "wallet");
    const address = await node.rpc("getnewaddress");
    const counted = await bpftraceCounts(node.pid, async () => {
      await node.rpc("addnode", `127.0.0.1:${peer.port}`, "onetry");
      await until("both are connected", async () => (await peer.rpc("getconnectioncount")) === "1");
      await node.rpc("generatetoaddress", 110, address);
      for (let i = 0; i < 5; i++) await node.rpc("sendtoaddress", address, 1);
      await node.rpc("generatetoaddress", 1, address);
      await until(
        "the peer has all blocks",
        async () => (await peer.rpc("getblockcount")) === "111",
      );
      await node.rpc("setnetworkactive", "false");
    });
    await session.stop();
    const { groups, overflow } = await session.counts();
    await session.close();
    expect(overflow).toBeNull();
    expect(Object.fromEntries(groups.map(({ key, count }) => [key.join(" "), count]))).toEqual(
      counted,
    );
  });

  it("has the same sums of bytes as getpeerinfo and getnettotals", async () => {
    await node.rpc("setnetworkactive", "true");
    const session = count({
      target: node.pid,
      tracepoints: ["net:*_message"],
      by: ["tracepoint", "msg_type"],
      measures: [{ text: "size", sum: true, extremes: false }],
    });
    const before = await node.query<NetTotals>("getnettotals");
    await node.rpc("addnode", `127.0.0.1:${peer.port}`, "onetry");
    await until("both are connected", async () => (await peer.rpc("getconnectioncount")) === "1");
    await node.rpc("generatetoaddress", 20, await node.rpc("getnewaddress"));
    await until("the peer has all blocks", async () => (await peer.rpc("getblockcount")) === "131");
    let told: Record<string, bigint> = {};
    let info: PeerInfo | undefined;
    const bytes = ({ count, measures }: Group) => measures[0]!.sum! + BigInt(HEADER_BYTES * count);
    // Messages may come between one question and the other.
    await until("both say the same", async () => {
      const { groups } = await session.counts();
      told = Object.fromEntries(groups.map((group) => [group.key.join(" "), bytes(group)]));
      [info] = await node.query<PeerInfo[]>("getpeerinfo");
      return JSON.stringify(sorted(expectedOf(info!))) === JSON.stringify(sorted(told));
    });
    const after = await node.query<NetTotals>("getnettotals");
    await session.close();
    expect(sorted(told)).toEqual(sorted(expectedOf(info!)));
    const sum = Object.values(told).reduce((a, b) => a + b);
    const total = ({ totalbytesrecv, totalbytessent }: NetTotals) =>
      totalbytesrecv + totalbytessent;
    expect(Number(sum)).toBe(total(after) - total(before));
    expect(Object.keys(told)).toContain("net:outbound_message cmpctblock");
  });
});

function expectedOf({ bytesrecv_per_msg, bytessent_per_msg }: PeerInfo): Record<string, number> {
  const named = (name: string, bytes: Readonly<Record<string, number>>) =>
    Object.entries(bytes).map(([type, sum]) => [`net:${name} ${type}`, sum] as const);
  return Object.fromEntries([
    ...named("inbound_message", bytesrecv_per_msg),
    ...named("outbound_message", bytessent_per_msg),
  ]);
}

function sorted(bytes: Readonly<Record<string, number | bigint>>): [string, number][] {
  return Object.entries(bytes)
    .map(([key, sum]): [string, number] => [key, Number(sum)])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
