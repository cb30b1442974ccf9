import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findRpc } from "../../src/node/rpc/find-rpc.ts";
import { freePort } from "../helpers/bitcoin-node.ts";
import { RunningCommand } from "../helpers/command.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { LOGIN, type Request, serveBytes, serveHttp } from "../helpers/hostile-server.ts";
import { describeNeeding, root, tool } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";

const ANSWERS: Record<string, unknown> = {
  uptime: 61,
  getblockchaininfo: { chain: "signet", blocks: 7, headers: 7 },
};

/** A small RPC server of a node; it answers as soon as `isReady` returns true. */
const serve = (isReady = () => true) =>
  serveHttp(({ body, authorization }: Request, response: ServerResponse) => {
    const basic = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString("base64");
    if (authorization !== `Basic ${basic}`) return response.writeHead(401).end();
    const calls = [JSON.parse(body)].flat() as { id: number; method: string }[];
    const answers = calls.map(({ id, method }) =>
      isReady()
        ? { id, result: ANSWERS[method] ?? null }
        : { id, error: { code: -28, message: "Loading block index…" } },
    );
    return response.end(JSON.stringify(calls.length === 1 ? answers[0] : answers));
  });

async function state(args: string[], options: { launch?: string[]; env?: NodeJS.ProcessEnv } = {}) {
  const command = new RunningCommand(["state", ...args], options);
  await command.ended;
  return command;
}

describe("corelens state", () => {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o755);
  const cookieFile = join(directory, "cookie");
  writeFileSync(cookieFile, `${LOGIN.user}:${LOGIN.password}`, { mode: 0o644 });
  const asked = async (isReady?: () => boolean) => {
    const { port } = await serve(isReady);
    return ["--rpc", `http://127.0.0.1:${port}`, "--cookie", cookieFile];
  };

  it("prints the state as text and as JSON", async () => {
    const args = await asked();
    const text = await state(args);
    expect(text.stderr).toBe("");
    expect(text.stdout).toMatch(
      /^a node, signet, up 1 min, at 127\.0\.0\.1:\d+\n\nchain {6}in sync at height 7\n/,
    );
    expect(text.exitStatus).toBe(0);
    const json = await state([...args, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      schema: expect.any(Number),
      uptime: 61,
      chain: { height: 7 },
      availability: { status: "up" },
    });
  });

  it("prints repeatedly until it is stopped, and waits for a node that starts", async () => {
    let isReady = false;
    const args = await asked(() => isReady);
    const command = new RunningCommand(["state", ...args, "--watch", "50ms", "--json"]);
    await until("it was asked", () => command.stdout.includes("corelens:state"));
    isReady = true;
    await until("it answers", () => command.stdout.includes('"status":"up"'));
    command.process.kill("SIGINT");
    await command.ended;
    expect(command.exitStatus).toBe(0);
    expect(command.stderr).toBe("");
    expect(command.stdout).toMatch(/^\{"tracepoint":"corelens:stream",.*"command":"state"/);
    expect(command.lines[0]).toMatchObject({
      availability: { status: "starting", problem: { code: "RPC_NOT_READY" } },
    });
    expect(command.lines.at(-1)).toMatchObject({ availability: { status: "up" }, uptime: 61 });
  });

  it("ends with its reader, and when it is stopped before the first answer", async () => {
    const args = await asked();
    const shell = ["sh", "-c", '"$0" "$@" | head -n 1; exit 7'];
    const piped = await state([...args, "--watch", "10ms", "--json"], { launch: shell });
    expect(piped.stdout).toMatch(/^.*\n$/);
    expect(piped.stderr).toBe("");

    let isAsked = false;
    const silent = await serveBytes((socket) => {
      socket.on("data", () => {
        isAsked = true;
      });
    });
    const rpc = ["--rpc", `http://127.0.0.1:${silent.port}`, "--cookie", cookieFile];
    const command = new RunningCommand(["state", ...rpc]);
    await until("it asks", () => isAsked);
    command.process.kill("SIGINT");
    await command.ended;
    expect(command.stderr).toBe("");
    expect(command.exitStatus).toBe(0);
  });

  it.each([
    [["--rpc", "http://127.0.0.1:1", "--cookie", cookieFile], 3, "RPC_UNREACHABLE"],
    [["--rpc", "http://127.0.0.1:1", "--cookie", "/nowhere"], 3, "RPC_UNREACHABLE"],
    [["--rpc", "http://127.0.0.1:1", "--cookie", "/etc/passwd"], 4, "RPC_NO_CREDENTIALS"],
    [["--rpc", "127.0.0.1"], 2, "USAGE"],
    [["--datadir", "/nowhere"], 3, "RPC_UNREACHABLE"],
    [["/nowhere"], 2, "FILE_UNREADABLE"],
    [["4194305"], 3, "PROCESS_GONE"],
  ])("ends with %j in %i: %s", async (args, status, code) => {
    const command = await state(args);
    expect(command.stderr).toMatch(new RegExp(`^corelens: ${code}: .*\n  → .*\n$`));
    expect(command.stdout).toBe("");
    expect(command.exitStatus).toBe(status);
  });

  it("takes the address and a password from the environment", async () => {
    const { port } = await serve();
    const CORELENS_RPC = `http://${LOGIN.user}:${LOGIN.password}@127.0.0.1:${port}`;
    expect((await state([], { env: { CORELENS_RPC } })).exitStatus).toBe(0);
    const wrong = await state([], { env: { CORELENS_RPC: `http://alice:x@127.0.0.1:${port}` } });
    expect(wrong.stderr).toContain("RPC_UNAUTHORIZED");
    expect(wrong.stderr).toContain("the password of user alice");
    expect(wrong.exitStatus).toBe(4);
  });

  describeNeeding([root, tool("setpriv")], "started by root", () => {
    it("sends requests as the user nobody, who cannot read the cookie", async () => {
      chmodSync(cookieFile, 0o600);
      onTestFinished(() => chmodSync(cookieFile, 0o644));
      const args = await asked();
      const env = { SUDO_UID: undefined, SUDO_GID: undefined };
      const command = new RunningCommand(["state", ...args, "--watch", "1s", "--json"], { env });
      await until("it answers", () => command.stdout.includes('"status":"up"'));
      const { pid } = command.process;
      const worker = readFileSync(`/proc/${pid}/task/${pid}/children`, "ascii").trim();
      for (const thread of readdirSync(`/proc/${worker}/task`)) {
        const status = readFileSync(`/proc/${worker}/task/${thread}/status`, "latin1");
        expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
        expect(status).toMatch(/^CapEff:\t0+$/m);
        expect(status).toMatch(/^CapPrm:\t0+$/m);
        expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      }
      command.process.kill("SIGTERM");
      await command.ended;
      expect(command.exitStatus).toBe(0);
    });

    it("is not needed if the cookie is readable", async () => {
      const launch = ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"];
      const args = await asked();
      expect((await state(args, { launch })).exitStatus).toBe(0);
      chmodSync(cookieFile, 0o600);
      onTestFinished(() => chmodSync(cookieFile, 0o644));
      const refused = await state(args, { launch });
      expect(refused.stderr).toContain(`RPC_NO_CREDENTIALS: the cookie ${cookieFile} cannot`);
      expect(refused.exitStatus).toBe(4);
    });

    it("does not read files for a process that its user cannot read", async () => {
      const home = join(directory, "home");
      mkdirSync(join(home, ".bitcoin"), { recursive: true });
      const port = await freePort();
      const secret = join(directory, "cookie-of-root");
      writeFileSync(secret, `__cookie__:${"5".repeat(64)}`, { mode: 0o600 });
      const conf = `rpcport=${port}\nrpccookiefile=${secret}\n`;
      writeFileSync(join(home, ".bitcoin", "bitcoin.conf"), conf);
      const server = join(home, "server.cjs");
      writeFileSync(server, `require("net").createServer().listen(${port}, "127.0.0.1")`);
      const impostor = spawn(process.execPath, [`--require=${server}`], {
        argv0: "bitcoind",
        env: { HOME: home },
        stdio: ["ignore", "ignore", "inherit"],
        ...{ uid: 1000, gid: 1000 },
      });
      onTestFinished(() => void impostor.kill("SIGKILL"));
      await once(impostor, "spawn");
      const find = () => findRpc({ pid: impostor.pid });
      const code = () => {
        try {
          return find().password;
        } catch (error) {
          return (error as { code: string }).code;
        }
      };
      await expect.poll(code).toBe("RPC_NO_CREDENTIALS");
      // Its own file is readable.
      chownSync(secret, 1000, 1000);
      expect(find()).toMatchObject({ port, password: "5".repeat(64) });
    });
  });
});
