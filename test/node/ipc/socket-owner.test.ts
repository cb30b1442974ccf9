import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { type Connector, connectorTo } from "../../../src/node/ipc/connector.ts";
import { findSocket } from "../../../src/node/ipc/find-socket.ts";
import { readNodeStart } from "../../../src/node/process/node-start.ts";
import { compile, temporaryDirectory } from "../../helpers/compile.ts";
import { compiler, describeNeeding, root, tool } from "../../helpers/needs.ts";

const SOURCE = fileURLToPath(new URL("../../helpers/socket-server.c", import.meta.url));

describeNeeding([root, compiler, tool("unshare")], "a node's IPC socket", () => {
  const directory = temporaryDirectory();
  // Only programs that are called so are taken for nodes.
  const program = join(directory, "bitcoin-node");
  beforeAll(() => compile(program, [SOURCE]));

  let places = 0;
  function place(): string {
    const path = join(directory, `${places++}`);
    mkdirSync(path);
    return path;
  }

  async function listen(command: string, ...args: string[]): Promise<ChildProcess> {
    const server = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void server.kill("SIGKILL"));
    await once(server.stdout!, "data");
    return server;
  }

  /** In a mount namespace of its own, whose directory of that name is another one. */
  const listenApart = (path: string, where: string) =>
    listen(
      "unshare",
      ...["-m", "sh", "-c", 'mount -t tmpfs t "$1" && exec "$2" "$3"', "sh", where, program, path],
    );

  /** Who is at the other end, as it says itself. */
  async function whoAnswers(connector: Connector): Promise<number> {
    const { socket } = await connector();
    return Number(await text(socket));
  }

  it("is that of its own mount namespace, if another namespace has the same path", async () => {
    const where = place();
    const path = join(where, "node.sock");
    const [one, other] = [await listen(program, path), await listenApart(path, where)];
    for (const { pid } of [one, other]) {
      expect(findSocket(pid)).toMatchObject({ path, pid });
      expect(await whoAnswers(connectorTo(() => findSocket(pid)))).toBe(pid);
    }
  });

  it("is that below its root directory, if the same path exists outside", async () => {
    const where = place();
    const path = join(where, "node.sock");
    const newRoot = join(place(), "root");
    mkdirSync(join(newRoot, where), { recursive: true });
    compile(join(newRoot, "bitcoin-node"), [SOURCE], ["-static"]);
    writeFileSync(join(newRoot, where, "bitcoin.conf"), "inside");
    writeFileSync(join(where, "bitcoin.conf"), "outside");
    const outside = await listen(program, path);
    const inside = await listen("chroot", newRoot, "/bitcoin-node", path);
    for (const { pid } of [outside, inside]) {
      expect(await whoAnswers(connectorTo(() => findSocket(pid)))).toBe(pid);
    }
    const configuration = join(where, "bitcoin.conf");
    expect(readNodeStart(outside.pid!).readFile(configuration)).toBe("outside");
    expect(readNodeStart(inside.pid!).readFile(configuration)).toBe("inside");
    // The kernel names it as this process sees it; the node's options name it as the node does.
    expect(readNodeStart(inside.pid!).workingDirectory).toBe("/");
  });

  it("is refused before any message if it belongs to another process", async () => {
    const where = place();
    const path = join(where, "node.sock");
    const [one, other] = [await listen(program, path), await listenApart(path, where)];
    const connector = connectorTo(() => ({ path, reachablePath: path, pid: other.pid! }));
    await expect(connector()).rejects.toMatchObject({
      code: "IPC_FOREIGN",
      message: `${path} belongs to process ${one.pid}, not to the node (pid ${other.pid})`,
    });
  });

  it("is refused if another process replaced it", async () => {
    const path = join(place(), "node.sock");
    const former = await listen(program, path);
    renameSync(path, `${path}.old`);
    const present = await listen(program, path);
    await expect(connectorTo(() => findSocket(former.pid))()).rejects.toMatchObject({
      code: "IPC_FOREIGN",
    });
    expect(await whoAnswers(connectorTo(() => findSocket(present.pid)))).toBe(present.pid);
  });

  it("may have a path longer than a socket's address", async () => {
    const deep = join(place(), "d".repeat(100), "e".repeat(100));
    mkdirSync(deep, { recursive: true });
    const path = join(deep, "node.sock");
    const server = await listen(program, path);
    expect(await whoAnswers(connectorTo(path))).toBe(server.pid);
    expect(
      await whoAnswers(connectorTo(() => ({ path, reachablePath: path, pid: server.pid! }))),
    ).toBe(server.pid);
  });

  it("is refused if its file name is too long for an address", async () => {
    await expect(connectorTo(join(directory, "n".repeat(200)))()).rejects.toMatchObject({
      code: "IPC_NOT_FOUND",
      message: expect.stringContaining("too long for a socket"),
    });
  });

  it("is not found if its directory or its node is gone", async () => {
    const where = place();
    const deep = join(where, "d".repeat(120));
    mkdirSync(deep);
    const path = join(deep, "node.sock");
    const server = await listen(program, path);
    server.kill("SIGKILL");
    await once(server, "exit");
    await expect(connectorTo(path)()).rejects.toMatchObject({ code: "IPC_NOT_FOUND" });
    rmSync(deep, { recursive: true });
    await expect(connectorTo(path)()).rejects.toMatchObject({ code: "IPC_NOT_FOUND" });
    expect(() => findSocket(server.pid)).toThrow(
      expect.objectContaining({ code: "NODE_NOT_FOUND" }),
    );
  });
});
