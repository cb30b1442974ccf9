import { describe, expect, it } from "vitest";
import { stateLines } from "../../src/commands/state/state-lines.ts";
import type { RpcCaller } from "../../src/node/rpc/caller.ts";
import { STATE_PARTS } from "../../src/node/state/calls.ts";
import type { NodeState } from "../../src/node/state/node-state.ts";
import { RpcSource } from "../../src/node/state/rpc-source.ts";
import { StateReader } from "../../src/node/state/state-reader.ts";
import { painter } from "../../src/text/paint.ts";

const NOW = 1_800_000_000;

const peer = (id: number, rest: object) => ({
  id,
  addr: "203.0.113.1:8333",
  inbound: false,
  network: "ipv4",
  transport_protocol_type: "v2",
  pingtime: 0.02 * (id + 1),
  ...rest,
});

/** The answers of a node on main. */
const ANSWERS: Record<string, unknown> = {
  uptime: 273_600,
  getblockchaininfo: {
    chain: "main",
    blocks: 930_001,
    headers: 930_001,
    time: NOW - 250,
    verificationprogress: 0.9999987,
    initialblockdownload: false,
    size_on_disk: 812_345_678_901,
    pruned: false,
    warnings: [],
  },
  getnetworkinfo: {
    subversion: "/Satoshi:31.0.0/",
    networkactive: true,
    connections: 4,
    connections_in: 1,
    connections_out: 3,
    warnings: [],
  },
  getnettotals: {
    totalbytesrecv: 12_345_678_901,
    totalbytessent: 98_765_432_109,
    uploadtarget: { target: 0 },
  },
  getpeerinfo: [
    peer(0, {}),
    peer(1, { transport_protocol_type: "v1" }),
    peer(2, { network: "onion", pingtime: 1.25 }),
    peer(3, { network: "not_publicly_routable", inbound: true, pingtime: undefined }),
  ],
  getmempoolinfo: {
    loaded: true,
    size: 12_345,
    bytes: 45_123_456,
    usage: 123_456_789,
    maxmempool: 300_000_000,
    total_fee: 0.31415926,
    mempoolminfee: 0.0000123,
  },
  estimatesmartfee: { feerate: 0.00012345 },
  getchaintxstats: { txcount: 1, txrate: 5 },
  getaddrmaninfo: { ipv4: { new: 1, tried: 2 }, all_networks: { new: 54_321, tried: 9876 } },
  getmemoryinfo: {},
  listbanned: [{ address: "203.0.113.0/24" }, { address: "198.51.100.7/32" }],
  getchaintips: [
    { height: 930_001, status: "active", branchlen: 0 },
    { height: 929_500, status: "valid-fork", branchlen: 1 },
    { height: 700_000, status: "headers-only", branchlen: 3 },
  ],
};

async function linesOf(
  answers: Readonly<Record<string, unknown>>,
  width = 90,
  addresses: string | null = "127.0.0.1:8332",
): Promise<string> {
  const all: Record<string, unknown> = { ...ANSWERS, ...answers };
  const caller: RpcCaller = {
    async call(method) {
      if (all[method] instanceof Error) throw all[method];
      return all[method];
    },
  };
  const state = await new StateReader(new RpcSource(caller)).read(STATE_PARTS);
  return textOf(state, width, addresses);
}

function textOf(state: NodeState, width = 90, address: string | null = null): string {
  const style = { paint: painter(false), width };
  return stateLines(state, address, NOW * 1000, style).join("\n");
}

const changed = (method: string, answer: object) =>
  linesOf({ [method]: { ...(ANSWERS[method] as object), ...answer } });

describe("the state of a node", () => {
  it("fits a terminal, words first", async () => {
    expect(await linesOf({})).toBe(`/Satoshi:31.0.0/, main, up 3 d 4 h, at 127.0.0.1:8332

chain      in sync at height 930,001, last block 4 min ago
peers      4: 3 out, 1 in; 2 ipv4, 1 onion, 1 unroutable; 3 encrypted;
           pings 20 to 1,250 ms
mempool    12,345 tx, 45.1 MvB, fees 0.3142 BTC, 123 MB of 300 MB, from 1.23 sat/vB
fees       12.3 sat/vB within 2 blocks, 12.3 within 6, 12.3 within 144
traffic    12.3 GB received, 98.8 GB sent
storage    812 GB of blocks, all kept
addresses  54,321 new, 9,876 tried
bans       2
branches   2, the last of 1 block up to height 929,500 (valid-fork)`);
  });

  it("shows the progress of the download, never 100 % before the end", async () => {
    const chain = { initialblockdownload: true, verificationprogress: 0.99999, headers: 930_500 };
    expect(await changed("getblockchaininfo", chain)).toContain(
      "chain      downloading the chain: 99.99 % at height 930,001 of 930,500,\n",
    );
  });

  it("shows missing blocks, the validation of a snapshot, and pruning", async () => {
    expect(await changed("getblockchaininfo", { headers: 930_002 })).toContain(
      "1 block behind at height 930,001",
    );
    const backgroundvalidation = { blocks: 1, verificationprogress: 0.25 };
    expect(await changed("getblockchaininfo", { backgroundvalidation })).toContain(
      "blocks below the snapshot 25.00 %",
    );
    const pruned = { pruned: true, pruneheight: 900_000, prune_target_size: 5.5e9 };
    expect(await changed("getblockchaininfo", pruned)).toContain(
      "storage    812 GB of blocks, kept from height 900,000, pruned to 5.5 GB",
    );
  });

  it("shows disabled networking and missing peers", async () => {
    const off = { networkactive: false, connections: 0 };
    expect(
      await linesOf({
        getnetworkinfo: { ...(ANSWERS.getnetworkinfo as object), ...off },
        getpeerinfo: [],
      }),
    ).toContain("peers      0: 0 out, 0 in, networking is off\n");
  });

  it("shows a loading mempool, unknown fees and the upload limit", async () => {
    expect(await changed("getmempoolinfo", { loaded: false, size: 7 })).toContain(
      "mempool    loading, 7 tx so far\n",
    );
    expect(await linesOf({ estimatesmartfee: { errors: [] } })).toContain("no estimate yet");
    const uploadtarget = { target: 5e9, bytes_left_in_cycle: 1e9 };
    expect(await changed("getnettotals", { uploadtarget })).toContain(
      "98.8 GB sent, 1 GB of 5 GB a day left to serve",
    );
  });

  it("shows each warning once, without control characters", async () => {
    const warnings = ["Unknown \x1b[2Jrules", "Unknown rules"];
    const text = await linesOf({
      getblockchaininfo: { ...(ANSWERS.getblockchaininfo as object), chain: "m\x1b[1m", warnings },
      getnetworkinfo: { subversion: "/\x07/", warnings },
    });
    expect(text.match(/^warning .*$/gm)).toEqual([
      "warning    Unknown \\x1b[2Jrules",
      "warning    Unknown rules",
    ]);
    expect(text).toMatch(/^\/\\x07\/, m\\x1b\[1m,/);
  });

  it("marks unknown values as unknown", async () => {
    const { RpcError } = await import("../../src/node/rpc/answer.ts");
    const gone = new RpcError("getaddrmaninfo", -32601, "Method not found");
    expect(await linesOf({ getaddrmaninfo: gone })).toContain(
      "addresses  not available: getaddrmaninfo: Method not found (-32601)\n",
    );
  });

  it("omits values that the answer does not have", async () => {
    const nothing = Object.fromEntries(Object.keys(ANSWERS).map((method) => [method, {}]));
    expect(await linesOf(nothing, 90, null)).toBe(
      "a node\n\npeers      0: 0 out, 0 in\nfees       no estimate yet",
    );
  });

  it("keeps its pieces together on a narrow terminal", async () => {
    const text = await linesOf({}, 44);
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(44);
    expect(text).toContain(`
mempool    12,345 tx, 45.1 MvB,
           fees 0.3142 BTC,
           123 MB of 300 MB,
           from 1.23 sat/vB
`);
  });
});

describe("a node that is not up", () => {
  it.each([
    ["starting", "RPC_NOT_READY", "the node has not been ready for 12 s: why"],
    ["gone", "RPC_UNREACHABLE", "the node has not answered for 12 s: why"],
    ["refused", "RPC_UNAUTHORIZED", "the node has refused the calls for 12 s: why"],
  ] as const)("is %s", async (status, code, text) => {
    const state = new StateReader({ read: () => Promise.reject(new Error()) }).state;
    const problem = { code, message: "why", cure: "" };
    const since = (NOW - 12) * 1000;
    expect(textOf({ ...state, availability: { status, since, problem } })).toBe(text);
  });
});
