import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { examineRpc } from "../../src/doctor/rpc.ts";
import { findRpc, type RpcOptions } from "../../src/node/rpc/find-rpc.ts";
import { HttpCaller } from "../../src/node/rpc/http-caller.ts";
import { FEE_TARGETS, STATE_CALLS, STATE_PARTS } from "../../src/node/state/calls.ts";
import type { StatePart, StateParts } from "../../src/node/state/node-state.ts";
import { RpcSource } from "../../src/node/state/rpc-source.ts";
import { StateReader } from "../../src/node/state/state-reader.ts";
import { directAccess } from "../../src/session/privilege/rpc-access.ts";
import { BITCOIND, BitcoinNode, freePort, startTwoNodes } from "../helpers/bitcoin-node.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { until } from "../helpers/stream.ts";

const describeNode = BITCOIND ? describe : describe.skip;
const name = (text: string) =>
  BITCOIND ? text : `${text} (skipped: CORELENS_BITCOIND is not set)`;

function callerOf(options: RpcOptions): HttpCaller {
  const caller = new HttpCaller(() => findRpc(options));
  onTestFinished(() => caller.close());
  return caller;
}

const PASSWORD = "secret";
/** An option that lets a user in with it. */
const rpcauth = (user: string) => {
  const salt = "5a";
  return `-rpcauth=${user}:${salt}$${createHmac("sha256", salt).update(PASSWORD).digest("hex")}`;
};
const urlOf = (user: string, { rpcPort }: BitcoinNode) =>
  `http://${user}:${PASSWORD}@127.0.0.1:${rpcPort}`;

const sat = (bitcoin: number) => Math.round(bitcoin * 1e8);
const satPerVb = (bitcoinPerKvb: number) => sat(bitcoinPerKvb) / 1000;

// biome-ignore lint/suspicious/noExplicitAny: what bitcoin-cli prints, whatever it is
type Printed = any;

describeNode(name("the state of a real node"), () => {
  const directory = temporaryDirectory();
  let node: BitcoinNode;
  let peer: BitcoinNode;

  beforeAll(async () => {
    [node, peer] = await startTwoNodes(directory);
    await node.rpc("createwallet", "wallet");
    const address = await node.rpc("getnewaddress");
    await node.rpc("generatetoaddress", 110, address);
    await peer.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
    await until("the peer has the blocks", async () => (await peer.rpc("getblockcount")) === "110");
    for (let i = 0; i < 3; i++) await node.rpc("sendtoaddress", address, 1);
    await node.rpc("setban", "203.0.113.0/24", "add");
    // A branch that is left again.
    const [hash] = await node.query<string[]>("generatetoaddress", 1, address);
    await node.rpc("invalidateblock", hash!);
    await node.rpc("generatetoaddress", 2, await node.rpc("getnewaddress"));
    await node.rpc("sendtoaddress", address, 1);
  });
  afterAll(() => Promise.all([node.stop(), peer.stop()]));

  /** Once what moves by itself stands still between the two questions, both answers are the same. */
  async function expectSame<Part extends StatePart>(
    part: Part,
    expected: (printed: Printed) => StateParts[Part],
    ...params: number[]
  ): Promise<void> {
    const source = new RpcSource(callerOf({ pid: node.pid }));
    await expect
      .poll(
        async () => {
          const { method } = STATE_CALLS[part];
          const printed = await node.query<Printed>(method, ...params);
          const state = await source.read(part);
          try {
            expect(state).toEqual(expected(printed));
            return "the same";
          } catch (error) {
            return (error as Error).message;
          }
        },
        { timeout: 10_000 },
      )
      .toBe("the same");
  }

  it("has every figure of the chain in bitcoin-cli's output", async () => {
    await expectSame("chain", (printed) => ({
      chain: "regtest",
      height: 112,
      headers: printed.headers,
      hash: printed.bestblockhash,
      block_time: printed.time,
      median_time: printed.mediantime,
      difficulty: printed.difficulty,
      verification_progress: printed.verificationprogress,
      initial_block_download: printed.initialblockdownload,
      size_on_disk: printed.size_on_disk,
      pruned: false,
      prune_height: null,
      prune_target_size: null,
      background: null,
      warnings: printed.warnings,
    }));
    await expectSame("uptime", (printed) => printed);
    await expectSame("transactions", (printed) => ({
      transactions: printed.txcount,
      rate: printed.txrate ?? null,
    }));
    await expectSame("tips", (printed) => {
      expect(printed).toHaveLength(2);
      return printed.map((tip: Printed) => ({
        height: tip.height,
        hash: tip.hash,
        branch_length: tip.branchlen,
        status: tip.status,
      }));
    });
  });

  it("has every figure of the network and of the peer", async () => {
    await expectSame("network", (printed) => ({
      version: printed.version,
      user_agent: printed.subversion,
      protocol_version: printed.protocolversion,
      active: true,
      connections: 1,
      connections_in: 1,
      connections_out: 0,
      local_relay: printed.localrelay,
      local_services: printed.localservicesnames,
      time_offset: printed.timeoffset,
      networks: printed.networks.map((one: Printed) => ({
        network: one.name,
        reachable: one.reachable,
        proxy: null,
      })),
      local_addresses: printed.localaddresses,
      warnings: printed.warnings,
    }));
    await expectSame("traffic", (printed) => ({
      bytes_received: printed.totalbytesrecv,
      bytes_sent: printed.totalbytessent,
      time_ms: expect.any(Number),
      upload_target: 0,
      upload_target_reached: false,
      upload_bytes_left: 0,
    }));
    await expectSame("peers", (printed) => {
      expect(printed).toHaveLength(1);
      return printed.map((one: Printed) => ({
        peer_id: one.id,
        address: one.addr,
        address_bind: one.addrbind,
        address_local: one.addrlocal ?? null,
        network: "not_publicly_routable",
        mapped_as: null,
        inbound: true,
        connection_type: "inbound",
        transport: "v1",
        session_id: null,
        protocol_version: one.version,
        user_agent: one.subver,
        services: one.servicesnames,
        permissions: one.permissions,
        time_connected: one.conntime,
        last_sent: one.lastsend,
        last_received: one.lastrecv,
        last_transaction: one.last_transaction,
        last_block: one.last_block,
        bytes_sent: one.bytessent,
        bytes_received: one.bytesrecv,
        bytes_sent_by_type: one.bytessent_per_msg,
        bytes_received_by_type: one.bytesrecv_per_msg,
        ping_seconds: one.pingtime,
        min_ping_seconds: one.minping,
        ping_wait_seconds: one.pingwait ?? null,
        time_offset: one.timeoffset,
        relays_transactions: one.relaytxes,
        fee_filter: satPerVb(one.minfeefilter),
        inv_to_send: one.inv_to_send ?? null,
        last_inv_sequence: one.last_inv_sequence ?? null,
        high_bandwidth_to: one.bip152_hb_to,
        high_bandwidth_from: one.bip152_hb_from,
        presynced_headers: one.presynced_headers,
        synced_headers: one.synced_headers,
        synced_blocks: one.synced_blocks,
        blocks_in_flight: one.inflight,
        address_relay: one.addr_relay_enabled,
        addresses_processed: one.addr_processed,
        addresses_rate_limited: one.addr_rate_limited,
        cpu_load: null,
      }));
    });
    await expectSame("bans", ([ban]) => [
      { address: "203.0.113.0/24", created: ban.ban_created, until: ban.banned_until },
    ]);
    await expectSame("addresses", (printed) =>
      Object.entries<Printed>(printed).map(([network, table]) => ({
        network,
        new: table.new,
        tried: table.tried,
      })),
    );
  });

  it("has every figure of the mempool, of fees and of memory", async () => {
    await expectSame("mempool", (printed) => {
      expect(printed.size).toBeGreaterThan(0);
      return {
        loaded: true,
        transactions: printed.size,
        vsize: printed.bytes,
        memory_usage: printed.usage,
        memory_max: 300_000_000,
        fees: sat(printed.total_fee),
        min_fee_rate: satPerVb(printed.mempoolminfee),
        min_relay_fee_rate: satPerVb(printed.minrelaytxfee),
        incremental_fee_rate: satPerVb(printed.incrementalrelayfee),
        unbroadcast: printed.unbroadcastcount,
      };
    });
    await expectSame(
      "fees",
      ({ feerate }) =>
        FEE_TARGETS.map((target) => ({ target, fee_rate: feerate ? satPerVb(feerate) : null })),
      6,
    );
    await expectSame("memory", ({ locked }) => locked);
  });

  it("is read in one request, by a user who may make only the documented calls", async () => {
    const methods = Object.values(STATE_CALLS).map(({ method }) => method);
    const guarded = await BitcoinNode.start(join(directory, "guarded"), {
      options: [
        ...["corelens", "weak"].map(rpcauth),
        `-rpcwhitelist=corelens:${methods.join(",")}`,
        "-rpcwhitelist=weak:uptime,getblockchaininfo",
        "-rpcwhitelistdefault=0",
      ],
    });
    const url = (user: string) => urlOf(user, guarded);
    const allowed = await new StateReader(new RpcSource(callerOf({ url: url("corelens") }))).read(
      STATE_PARTS,
    );
    expect(allowed).toMatchObject({ availability: { status: "up" }, refused: {} });
    const weak = await new StateReader(new RpcSource(callerOf({ url: url("weak") }))).read(
      STATE_PARTS,
    );
    expect(weak).toMatchObject({ availability: { status: "up" }, chain: { height: 0 } });
    expect(weak.refused.peers?.code).toBe("RPC_FORBIDDEN");
    expect(Object.keys(weak.refused)).toHaveLength(STATE_PARTS.length - 2);
    await expect(callerOf({ url: url("corelens") }).call("stop")).rejects.toThrow(
      expect.objectContaining({ code: "RPC_FORBIDDEN" }),
    );
    await guarded.stop();
  });
});

describeNode(name("a real node"), () => {
  const directory = temporaryDirectory();
  const code = (text: string) => expect.objectContaining({ code: text });

  it("is located by its configuration: sections, included files, another path of the cookie", async () => {
    const path = join(directory, "configured");
    mkdirSync(path);
    const rpcPort = await freePort();
    const main = "rpcport=1\nincludeconf=more.conf\n[regtest]\nlisten=0\nconnect=0\n";
    writeFileSync(join(path, "bitcoin.conf"), main);
    writeFileSync(join(path, "more.conf"), `regtest.rpcport=${rpcPort}\nrpccookiefile=my.cookie\n`);
    const node = spawn(BITCOIND!, ["-chain=regtest", "-datadir=configured", "-printtoconsole=0"], {
      cwd: directory,
      stdio: "ignore",
    });
    const caller = callerOf({ pid: node.pid });
    await until("it answers", () =>
      caller.call("uptime").then(
        () => true,
        () => false,
      ),
    );
    expect(caller.address).toBe(`127.0.0.1:${rpcPort}`);
    expect(existsSync(join(path, "regtest", "my.cookie"))).toBe(true);
    expect(await callerOf({ directory: path }).call("getblockcount")).toBe(0);
    node.kill();
    await once(node, "exit");
  });

  it("is not called with the cookie of another node", async () => {
    const node = await BitcoinNode.start(join(directory, "wrong"));
    const cookieFile = join(directory, "cookie");
    writeFileSync(cookieFile, `__cookie__:${"a".repeat(64)}`);
    await expect(callerOf({ pid: node.pid, cookieFile }).call("uptime")).rejects.toThrow(
      code("RPC_UNAUTHORIZED"),
    );
    await node.stop();
    await expect(callerOf({ pid: node.pid }).call("uptime")).rejects.toThrow(code("PROCESS_GONE"));
  });

  it("that is named by its pid is called again after a restart", async () => {
    const node = await BitcoinNode.start(join(directory, "again"));
    const former = node.pid;
    expect(examineRpc(former)).toEqual({
      status: "ok",
      topic: "rpc",
      message: `the node listens at 127.0.0.1:${node.rpcPort}, its cookie file is readable`,
      cure: null,
    });
    const caller = new HttpCaller(directAccess({ target: `${former}` }));
    onTestFinished(() => caller.close());
    expect(await caller.call("getblockcount")).toBe(0);
    await node.stop();
    await expect(caller.call("uptime")).rejects.toThrow(code("PROCESS_GONE"));
    await node.start();
    expect(node.pid).not.toBe(former);
    expect(await caller.call("getblockcount")).toBe(0);
    await node.stop();
  });

  it("is not ready while it starts, and is called again after a restart", async () => {
    const path = join(directory, "restarted");
    const node = await BitcoinNode.start(path, { options: [rpcauth("corelens")] });
    await node.rpc("generatetodescriptor", 1000, "raw(51)");
    const caller = callerOf({ directory: path });
    expect(await caller.call("getblockcount")).toBe(1000);
    await node.stop();
    await expect(caller.call("uptime")).rejects.toThrow(code("RPC_UNREACHABLE"));

    const impatient = callerOf({ url: urlOf("corelens", node) });
    const seen = new Set<string>();
    node.launch("-checkblocks=0", "-checklevel=4");
    for (let answer: unknown = null; answer === null; ) {
      answer = await impatient.call("getblockcount").catch((error) => {
        seen.add(error.code);
        return null;
      });
    }
    expect([...seen]).toContain("RPC_NOT_READY");
    expect(await caller.call("getblockcount")).toBe(1000);
    await node.stop();
  });

  it("is reported as without RPC server if it was started without one", async () => {
    const node = await BitcoinNode.start(join(directory, "off"));
    await node.stop();
    node.launch("-server=0");
    await until("it runs", () => {
      try {
        findRpc({ pid: node.pid });
      } catch (error) {
        return (error as Error).message.includes("-server=0");
      }
      return false;
    });
    expect(examineRpc(node.pid)).toMatchObject({
      status: "warning",
      message: expect.stringContaining("RPC_UNREACHABLE: the node"),
    });
    await node.terminate();
  });
});
