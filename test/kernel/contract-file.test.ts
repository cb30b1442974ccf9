import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { parseContractFile } from "../../src/contract/contract-file.ts";
import { describeTracepoints, forgetTracepoints } from "../../src/contract/own-contract.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { openSession } from "../../src/session/attach/open-session.ts";
import { tracepoints } from "../../src/usdt/declare/index.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { everything, notices, until, withoutNotices } from "../helpers/stream.ts";

/** Names of Bitcoin Core's, with the arguments of another program. */
const fork = tracepoints({
  "utxocache:add": ["hash", "uint32", "uint32", "string", "bool"],
  "net:inbound_message": ["string", "int64", "string", "uint64", "bytes"],
});
const CONTRACT = `
[[tracepoint]]
name = "utxocache:add"
fields = [
  { name = "txid", type = "hash" },
  { name = "vout", type = "uint32" },
  { name = "height", type = "uint32" },
  { name = "amount", type = "string" },
  { name = "is_coinbase", type = "bool" },
]
[[tracepoint]]
name = "net:inbound_message"
fields = [
  { name = "address", type = "string" },
  { name = "peer_id", type = "int64" },
  { name = "msg_type", type = "string" },
  { name = "size", type = "uint64", unit = "B" },
  { name = "payload", type = "bytes", length = "size" },
]
`;
const fire = () => {
  fork["utxocache:add"]("11".repeat(32), 1, 100, "12.50 XEC", true);
  fork["net:inbound_message"]("127.0.0.1:8333", 7, "ping", 8, Buffer.from("12345678"));
};

describeNeeding([rightsToTrace], "a program with Bitcoin Core's names and other arguments", () => {
  const directory = temporaryDirectory();
  const file = join(directory, "fork.toml");
  writeFileSync(file, CONTRACT);
  afterEach(forgetTracepoints);

  const asTool = (patterns: string[]) =>
    openSession(
      {
        target: String(process.pid),
        events: { patterns, fields: null, where: null, anyOf: true },
      },
      1 << 20,
      5,
    );

  it("has the names that a contract file gives them, queries and payloads included", async () => {
    describeTracepoints(parseContractFile(CONTRACT, file));
    const session = attach({
      target: process.pid,
      tracepoints: ["net:inbound_message", "utxocache:add"],
      fields: ["*"],
    });
    fire();
    const events = withoutNotices(await everything(session));
    expect(events).toMatchObject([
      { txid: "11".repeat(32), vout: 1, height: 100, amount: "12.50 XEC", is_coinbase: true },
      { address: "127.0.0.1:8333", peer_id: 7, msg_type: "ping", size: 8 },
    ]);
    expect(Buffer.from(events[1]!.payload as Uint8Array).toString()).toBe("12345678");
    const filtered = attach({
      target: process.pid,
      tracepoints: ["net:inbound_message"],
      where: 'msg_type == "ping" && size > 7 && peer_id == 7',
    });
    fire();
    expect(withoutNotices(await everything(filtered))).toHaveLength(1);
  });

  it("has bytes at a requested pointer and length", async () => {
    const session = attach({
      target: process.pid,
      tracepoints: ["net:inbound_message"],
      fields: ["net:inbound_message.arg0:string", "arg4:bytes(arg3)"],
    });
    fire();
    const [event] = withoutNotices(await everything(session));
    expect(event?.arg0).toBe("127.0.0.1:8333");
    expect(Buffer.from(event?.arg4 as Uint8Array).toString()).toBe("12345678");
  });

  it.each([2n ** 40n, 2n ** 64n - 1n, 0n])(
    "has no bytes beyond its memory if it passes a length of %d",
    async (length) => {
      const session = attach({
        target: process.pid,
        tracepoints: ["net:inbound_message"],
        fields: ["arg4:bytes(arg3)"],
      });
      fork["net:inbound_message"]("127.0.0.1:8333", 7, "ping", length, Buffer.from("12345678"));
      const [event] = withoutNotices(await everything(session));
      const flaws = [...new Set([...(event?.truncated ?? []), ...(event?.unreadable ?? [])])];
      expect(flaws).toEqual(length === 0n ? [] : ["arg4"]);
      if (length === 0n) expect(event?.arg4).toEqual(new Uint8Array());
    },
  );

  it("is refused if its contract file does not match", () => {
    describeTracepoints(parseContractFile(CONTRACT.replace("uint32", "int64"), file));
    expect(() => asTool(["utxocache:add"])).toThrow(
      expect.objectContaining({
        code: "LAYOUT_UNKNOWN",
        message: expect.stringContaining("vout int64, height uint32, amount string"),
        cure: "`corelens check --contract FILE` shows each difference",
      }),
    );
  });

  it("is refused by a tool with an error that names the passed and the expected arguments", () => {
    expect(() => asTool(["utxocache:add"])).toThrow(
      expect.objectContaining({
        code: "LAYOUT_UNKNOWN",
        message:
          "this program's utxocache:add passes (uint64, uint32, uint32, uint64, uint8) instead of " +
          "(txid hash, vout uint32, height uint32, value int64, is_coinbase bool)",
      }),
    );
  });

  it("is reported to lack fields that its contract file does not name", async () => {
    describeTracepoints(parseContractFile(CONTRACT, file));
    const session = asTool(["utxocache:add"]);
    fire();
    const events = await everything(session);
    expect(withoutNotices(events)).toHaveLength(1);
    expect(notices(events)).toContainEqual(
      expect.objectContaining({
        tracepoint: "corelens:error",
        code: "LAYOUT_UNKNOWN",
        message:
          "the contract file does not define value of utxocache:add; output that needs it is missing",
      }),
    );
  });

  it("works in tools with --contract, and with an invalid file nothing starts", async () => {
    const traffic = new RunningCommand([
      ...["p2p-traffic", "-t", String(process.pid), "--contract", file, "-d", "3s", "--json"],
    ]);
    await until("it is attached", () => traffic.stdout.includes("corelens:attached"));
    const firing = setInterval(fire, 50);
    await traffic.ended;
    clearInterval(firing);
    expect(traffic.lines).toContainEqual(
      expect.objectContaining({ tracepoint: "net:inbound_message", peer_id: 7, msg_type: "ping" }),
    );
    writeFileSync(`${file}.wrong`, "[[tracepoint]]\nnam = 3");
    const wrong = new RunningCommand(["trace", "--contract", `${file}.wrong`]);
    await wrong.ended;
    expect(wrong.stderr).toContain("CONTRACT_INVALID");
    expect(wrong.stderr).toContain("there is no key nam; did you mean name?");
    expect(wrong.exitStatus).toBe(2);
  });
});
