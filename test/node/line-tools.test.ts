import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BitcoinNode, describeRealNode } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

type Line = Record<string, unknown>;

interface PeerInfo {
  readonly id: number;
  readonly addr: string;
  readonly connection_type: string;
  readonly bytesrecv_per_msg: Readonly<Record<string, number>>;
  readonly bytessent_per_msg: Readonly<Record<string, number>>;
}

/** Bitcoin Core's source, for its own tools. */
const CORE_SOURCE = process.env.CORELENS_CORE_SOURCE;
const HEADER_SIZE = 24;

describeRealNode([rightsToTrace], "the line tools on a real node", () => {
  const directory = temporaryDirectory();
  let node: BitcoinNode;
  let peers: BitcoinNode[];
  const captured = join(directory, "captured");

  beforeAll(async () => {
    const start = (name: string) =>
      BitcoinNode.start(join(directory, name), { options: ["-capturemessages=1"] });
    [node, ...peers] = await Promise.all([start("node"), start("peer"), start("other")]);
    await node.rpc("createwallet", "savings");
    await node.rpc("generatetoaddress", 110, await node.rpc("getnewaddress"));
  });
  afterAll(() => Promise.all([node, ...peers].map((each) => each.stop())));

  /** A tool on the node, attached. */
  async function attached(...args: string[]): Promise<RunningCommand> {
    const tool = new RunningCommand([...args, "-t", String(node.pid), "--json"]);
    await tool.worker();
    return tool;
  }

  /** Its whole output, after it was stopped. */
  async function ended(tool: RunningCommand): Promise<Line[]> {
    tool.process.kill("SIGINT");
    await tool.ended;
    expect(tool.lines.at(-1)).toMatchObject({ tracepoint: "corelens:totals", lost: 0 });
    return tool.lines;
  }

  const of = (lines: readonly Line[], tracepoint: string) =>
    lines.filter((line) => line.tracepoint === tracepoint);

  /** Resolves when nothing was said for a second. */
  async function quiet(): Promise<PeerInfo[]> {
    let [before, since] = ["", Date.now()];
    let info: PeerInfo[] = [];
    await until("all is said", async () => {
      info = await node.query<PeerInfo[]>("getpeerinfo");
      const now = JSON.stringify(
        info.map((each) => [each.bytesrecv_per_msg, each.bytessent_per_msg]),
      );
      if (now !== before) [before, since] = [now, Date.now()];
      return Date.now() - since > 1000;
    });
    return info;
  }

  it("the sum of utxos --connected-only is the UTXO set, despite templates and checks of the mempool", async () => {
    const coins = () => node.query<{ txouts: number; total_amount: number }>("gettxoutsetinfo");
    const before = await coins();
    const tool = await attached("utxos", "--connected-only");
    const all = await attached("utxos");
    const address = await node.rpc("getnewaddress");
    await node.rpc("generatetoaddress", 3, address);
    for (let i = 0; i < 3; i++) {
      await node.rpc("sendtoaddress", address, 1);
      await node.rpc("getblocktemplate", '{"rules":["segwit"]}');
    }
    await node.rpc("generatetoaddress", 2, address);
    const after = await coins();
    const [totals] = of(await ended(tool), "corelens:coins") as [Record<string, string>];
    expect(Number(totals.added) - Number(totals.spent)).toBe(after.txouts - before.txouts);
    expect(Number(totals.added_value) - Number(totals.spent_value)).toBe(
      Math.round((after.total_amount - before.total_amount) * 1e8),
    );
    const [more] = of(await ended(all), "corelens:coins") as [Record<string, string>];
    expect(Number(more.added)).toBeGreaterThan(Number(totals.added));
  });

  it("p2p-traffic counts the same bytes by peer and type as the node", async () => {
    const tool = await attached("p2p-traffic", "--by", "peer_id,msg_type");
    await connect();
    const info = await quiet();
    const groups = of(await ended(tool), "corelens:traffic");
    expect(info).toHaveLength(3);
    for (const { id, bytesrecv_per_msg, bytessent_per_msg } of info) {
      const own = groups.filter(({ peer_id }) => peer_id === id);
      expect(bytesOnWire(own, "inbound")).toEqual(bytesrecv_per_msg);
      expect(bytesOnWire(own, "outbound")).toEqual(bytessent_per_msg);
    }
  });

  it("p2p-connections shows connections that are opened and closed", async () => {
    await disconnect();
    const tool = await attached("p2p-connections");
    await connect();
    const info = await quiet();
    await disconnect();
    const lines = await ended(tool);
    const what = (wanted: string) => lines.filter((line) => line.what === wanted);
    expect(
      what("opened").map(({ peer_id, address, connection_type }) => [
        peer_id,
        address,
        connection_type,
      ]),
    ).toEqual(info.map(({ id, addr, connection_type }) => [id, addr, connection_type]));
    expect(what("closed").map(({ peer_id }) => peer_id)).toEqual(
      expect.arrayContaining(info.map(({ id }) => id)),
    );
    for (const { age_s, network } of what("closed")) {
      expect(network).toBe("unroutable");
      expect(age_s).toBeGreaterThan(1);
    }
  });

  it("p2p-messages --capture writes the same bytes as the node's -capturemessages", async () => {
    mkdirSync(captured);
    chmodSync(captured, 0o777);
    chmodSync(directory, 0o755);
    const tool = await attached("p2p-messages", "--capture", captured);
    await connect();
    await node.rpc("sendtoaddress", await node.rpc("getnewaddress"), 1);
    const payload = "61".repeat(45_000);
    await node.rpc("send", `[{"data":"${payload}"}]`, "null", "unset", 2);
    await node.rpc("generatetoaddress", 1, await node.rpc("getnewaddress"));
    const info = await quiet();
    await ended(tool);
    const own = join(node.directory, "regtest", "message_capture");
    for (const { addr } of info) {
      const peer = addr.replaceAll(":", "_").replace("localhost", "127.0.0.1");
      for (const file of ["msgs_recv.dat", "msgs_sent.dat"]) {
        const theirs = messages(join(own, peer, file));
        const ours = messages(join(captured, addr.replaceAll(":", "_"), file));
        // The manual connection is to the same address as the one before, whose messages are in the node's file, too.
        expect(ours.length).toBeGreaterThan(5);
        expect(theirs.slice(-ours.length).map(({ body }) => body)).toEqual(
          ours.map(({ body }) => body),
        );
        for (const [i, { time }] of theirs.slice(-ours.length).entries()) {
          expect(Math.abs(Number(time - ours[i]!.time))).toBeLessThan(60e6);
        }
        const read = new RunningCommand([
          "p2p-messages",
          "--json",
          "--from",
          join(own, peer, file),
        ]);
        await read.ended;
        const bodies = read.lines.slice(0, -1).map((line) => [line.msg_type, line.payload]);
        expect(bodies.slice(0, theirs.length)).toEqual(
          theirs.map(({ body }) => [
            Buffer.from(body.slice(0, 24), "hex").toString("latin1").replaceAll("\0", ""),
            body.slice(32),
          ]),
        );
      }
    }
    await disconnect();
  });

  const name = "p2p-messages --capture writes what Core's own parser reads";
  it.skipIf(!CORE_SOURCE)(
    CORE_SOURCE ? name : `${name} (skipped: CORELENS_CORE_SOURCE names no source of Bitcoin Core)`,
    () => {
      const files = readdirSync(captured, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".dat"))
        .map((file) => join(captured, file));
      const parser = join(CORE_SOURCE!, "contrib/message-capture/message-capture-parser.py");
      const parsed: Line[] = JSON.parse(
        execFileSync("python3", [parser, ...files], { encoding: "utf8" }),
      );
      expect(parsed).toHaveLength(files.flatMap(messages).length);
      expect(parsed.filter(({ error }) => error !== undefined)).toEqual([]);
    },
  );

  it("coin-selection shows the fee of the payment", async () => {
    const tool = await attached("coin-selection");
    const txid = await node.rpc("sendtoaddress", await node.rpc("getnewaddress"), 1);
    const lines = await ended(tool);
    const [normal, aps] = lines.filter(({ attempt }) => attempt !== undefined);
    expect(normal).toMatchObject({ attempt: "normal", wallet: "savings", success: true });
    expect(normal!.algorithm).toMatch(/^(bnb|knapsack|srd|cg)$/);
    expect(aps).toMatchObject({ attempt: "aps", wallet: "savings" });
    const { fee } = await node.query<{ fee: number }>("gettransaction", txid);
    expect(aps!.aps_used === true ? aps!.fee : normal!.fee).toBe(Math.round(-fee * 1e8));
  });

  it("utxocache-flushes shows the flush for gettxoutsetinfo", async () => {
    const tool = await attached("utxocache-flushes");
    await node.rpc("gettxoutsetinfo");
    const [flush] = of(await ended(tool), "utxocache:flush");
    expect(flush).toMatchObject({
      mode: expect.stringMatching(/^(ALWAYS|FORCE_)/),
      for_prune: false,
    });
  });

  /** Two peers connect to the node, and it to one of them by a name. */
  async function connect(): Promise<void> {
    const [peer, other] = peers as [BitcoinNode, BitcoinNode];
    await peer.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
    await other.rpc("addnode", `127.0.0.1:${node.port}`, "onetry");
    await until(
      "both are connected",
      async () => (await node.query<PeerInfo[]>("getpeerinfo")).length === 2,
    );
    await node.rpc("addnode", `localhost:${peer.port}`, "onetry");
    await until("all are in step", async () => {
      const counts = await Promise.all([node, ...peers].map((each) => each.rpc("getblockcount")));
      return new Set(counts).size === 1;
    });
  }

  async function disconnect(): Promise<void> {
    for (const { id } of await node.query<PeerInfo[]>("getpeerinfo")) {
      await node.rpc("disconnectnode", "", id);
    }
    await until("nobody is connected", async () => (await node.rpc("getconnectioncount")) === "0");
  }
});

function bytesOnWire(groups: readonly Line[], direction: string): Record<string, number> {
  const sums = groups.map((group) => {
    const messages = Number(group[`${direction}_messages`]);
    const bytes = Number(group[`${direction}_bytes`]) + messages * HEADER_SIZE;
    return [String(group.msg_type), bytes] as const;
  });
  return Object.fromEntries(sums.filter(([, bytes]) => bytes > 0));
}

/** The messages of a file of -capturemessages; all but the time as one hex text. */
function messages(path: string): { time: bigint; body: string }[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const found: { time: bigint; body: string }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + HEADER_SIZE + bytes.readUInt32LE(at + 20);
    found.push({ time: bytes.readBigUInt64LE(at), body: bytes.toString("hex", at + 8, end) });
    at = end;
  }
  return found;
}
