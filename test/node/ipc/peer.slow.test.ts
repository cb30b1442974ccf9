import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { ipcSchema } from "../../../scripts/ipc-schema.ts";
import { call } from "../../../src/capnp/call.ts";
import { RpcConnection } from "../../../src/capnp/connection.ts";
import { Server } from "../../../src/capnp/server.ts";
import type { Capability } from "../../../src/capnp/types.ts";
import { temporaryDirectory } from "../../helpers/compile.ts";
import { describeNeeding, type Need } from "../../helpers/needs.ts";
import { until } from "../../helpers/stream.ts";
import { Listener, Peer } from "./peer-schema.ts";

const capnpLibrary: Need = () => {
  const probe = ["-fsyntax-only", "-include", "capnp/ez-rpc.h", "-x", "c++", "/dev/null"];
  return spawnSync("g++", probe).status === 0 && spawnSync("capnp", ["--version"]).status === 0
    ? null
    : "no g++ with libcapnp-dev and capnproto";
};

describeNeeding([capnpLibrary], "with Cap'n Proto's own implementation as peer,", () => {
  const directory = temporaryDirectory();
  const socket = join(directory, "peer.sock");
  let server: ChildProcess;
  let connection: RpcConnection;
  let peer: Capability;

  beforeAll(async () => {
    writeFileSync(join(directory, "peer.capnp"), ipcSchema([Peer, Listener]));
    execFileSync("capnp", ["compile", "-oc++", "peer.capnp"], { cwd: directory });
    const source = new URL("peer.cpp", import.meta.url).pathname;
    const program = join(directory, "peer");
    execFileSync("g++", [
      ...["-std=c++17", "-I", directory, "-o", program, source, join(directory, "peer.capnp.c++")],
      ...["-lcapnp-rpc", "-lcapnp", "-lkj-async", "-lkj"],
    ]);
    server = spawn(program, [socket], { stdio: "inherit" });
    await until("it listens", () => existsSync(socket));
  }, 120_000);
  afterAll(() => server.kill());

  beforeEach(() => {
    connection = new RpcConnection(connect(socket));
    peer = connection.bootstrap();
  });
  afterEach(() => connection.close());

  /** Everything but what the tests themselves hold: the peer's main capability. */
  async function expectNothingLeft(): Promise<void> {
    await call(peer, Peer.methods.cancellations).results;
    await until("all is released", () => connection.sizes.answers + connection.sizes.exports === 0);
    expect(connection.sizes).toEqual({ questions: 0, answers: 0, exports: 0, imports: 1 });
  }

  class Heard {
    readonly numbers: number[] = [];
    isDropped = false;
    readonly server: Server<typeof Listener.methods> = new Server(
      Listener,
      {
        hear: ({ number }) => {
          this.numbers.push(number);
        },
        other: async () => ({ listener: this.server }),
      },
      () => {
        this.isDropped = true;
      },
    );
  }

  it("values are the same after a round trip", async () => {
    const part = fc.record({
      name: fc.string({ unit: "grapheme" }),
      size: fc.integer(),
      parts: fc.array(fc.integer()),
    });
    const value = fc.record({
      flag: fc.boolean(),
      small: fc.nat(0xff),
      short: fc.nat(0xffff),
      word: fc.nat(0xffff_ffff),
      long: fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }),
      signed: fc.maxSafeInteger(),
      real: fc.double({ noNaN: true }),
      text: fc.string({ unit: "grapheme" }),
      bytes: fc.uint8Array().map((bytes) => new Uint8Array(bytes)),
      part,
      parts: fc.array(part),
      texts: fc.array(fc.string()),
    });
    await fc.assert(
      fc.asyncProperty(value, async (value) => {
        expect((await call(peer, Peer.methods.echo, { value }).results).value).toEqual(value);
      }),
      { numRuns: 200 },
    );
  });

  it("a message of several segments and megabytes makes a round trip", async () => {
    const bytes = new Uint8Array(20_000_000).fill(7);
    const value = { bytes, texts: Array(10_000).fill("text") } as never;
    const { results } = call(peer, Peer.methods.echo, { value });
    expect((await results).value.bytes.length).toBe(bytes.length);
  });

  it("calls of local capabilities arrive in order, also on pending answers", async () => {
    const heard = new Heard();
    await call(peer, Peer.methods.tell, { listener: heard.server, times: 100 }).results;
    expect(heard.numbers).toEqual([...Array(100).keys(), 1000]);
    await until("it is dropped", () => heard.isDropped);
    await expectNothingLeft();
  });

  it("a capability of a pending answer can be called", async () => {
    const child = call(peer, Peer.methods.child).pipeline("peer");
    const grandchild = call(child, Peer.methods.child).pipeline("peer");
    const { results } = call(grandchild, Peer.methods.echo, { value: { text: "deep" } as never });
    expect((await results).value.text).toBe("deep");
    child.release();
    grandchild.release();
    await expectNothingLeft();
  });

  it("calls stay in order when an answer resolves to a local capability", async () => {
    const heard = new Heard();
    await call(peer, Peer.methods.keep, { listener: heard.server }).results;
    const own = call(peer, Peer.methods.give).pipeline("listener");
    const calls = [0, 1, 2].map((number) => call(own, Listener.methods.hear, { number }).results);
    // From here on it is known to be here; what was sent over the socket is still under way.
    await call(peer, Peer.methods.give).results;
    for (const number of [3, 4]) calls.push(call(own, Listener.methods.hear, { number }).results);
    await Promise.all(calls);
    expect(heard.numbers).toEqual([0, 1, 2, 3, 4]);
  });

  it("calls stay in order when a promise resolves to a local capability", async () => {
    const heard = new Heard();
    await call(peer, Peer.methods.keep, { listener: heard.server }).results;
    const { listener } = await call(peer, Peer.methods.promise).results;
    const calls = [0, 1, 2].map(
      (number) => call(listener!, Listener.methods.hear, { number }).results,
    );
    await call(peer, Peer.methods.settle).results;
    for (const number of [3, 4]) {
      calls.push(call(listener!, Listener.methods.hear, { number }).results);
    }
    await Promise.all(calls);
    expect(heard.numbers).toEqual([0, 1, 2, 3, 4]);
    listener!.release();
    await until("it is dropped", () => heard.isDropped);
    await expectNothingLeft();
  });

  it("calls on an unresolved promise fail when the connection ends", async () => {
    const { listener } = await call(peer, Peer.methods.promise).results;
    const { results } = call(listener!, Listener.methods.hear, { number: 1 });
    connection.close();
    await expect(results).rejects.toMatchObject({ code: "IPC_CLOSED" });
  });

  it("a cancelled call is cancelled on the peer", async () => {
    const count = async () => (await call(peer, Peer.methods.cancellations).results).count;
    const before = await count();
    const hanging = call(peer, Peer.methods.hang);
    const { results } = hanging;
    hanging.cancel();
    await expect(results).rejects.toMatchObject({ code: "IPC_CANCELLED" });
    await until("it is cancelled there", async () => (await count()) === before + 1);
    await expectNothingLeft();
  });

  it("an exception becomes an error with its reason", async () => {
    await expect(call(peer, Peer.methods.fail).results).rejects.toMatchObject({
      code: "IPC_REFUSED",
      message: expect.stringContaining("as it was asked to"),
    });
  });

  it("an unknown method and an unknown interface are distinguished from failures", async () => {
    const unknown = { ...Peer.methods.fail, ordinal: 99 };
    await expect(call(peer, unknown).results).rejects.toMatchObject({ code: "IPC_UNSUPPORTED" });
    await expect(call(peer, Listener.methods.other).results).rejects.toMatchObject({
      code: "IPC_UNSUPPORTED",
    });
    await expect(
      call(call(peer, Peer.methods.give).pipeline("listener"), Listener.methods.other).results,
    ).rejects.toBeDefined();
  });

  it("C++ calls a local server the same way", async () => {
    // The peer's tell, asked for through a proxy of this side: what it calls goes through both connections.
    const listening = createServer((accepted) => new RpcConnection(accepted, peer));
    const proxy = join(directory, "proxy.sock");
    listening.listen(proxy);
    await once(listening, "listening");
    const outer = new RpcConnection(connect(proxy));
    const heard = new Heard();
    const through = outer.bootstrap();
    await call(through, Peer.methods.tell, { listener: heard.server, times: 10 }).results;
    expect(heard.numbers).toEqual([...Array(10).keys(), 1000]);
    const value = {
      text: "through",
      texts: ["a", "b"],
      parts: [{ name: "p", size: 3, parts: [1] }],
    };
    const { results } = call(through, Peer.methods.echo, { value: value as never });
    expect((await results).value).toMatchObject(value);
    outer.close();
    listening.close();
  });
});
