import {
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { eventJson } from "../../src/event/json.ts";
import { isNotice } from "../../src/event/notice.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { RunningCommand } from "../helpers/command.ts";
import { describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import {
  read,
  record,
  recorderAt,
  SIMULATED_KINDS,
  simulatedEvents,
  temporaryDirectory,
} from "../recording/recordings.ts";
import { corelens } from "./run-command.ts";

async function simulatedNode(...args: string[]): Promise<string> {
  const node = new RunningCommand(["simulate", ...args]);
  await until("the simulated node is there", () => node.stdout.includes("corelens list"));
  return String(node.process.pid);
}

/** A directory in which a worker without rights can also write. */
function openDirectory(): string {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o777);
  return directory;
}

async function simulatedRecording(): Promise<string> {
  const path = join(temporaryDirectory(), "node.corelens");
  await record(path, SIMULATED_KINDS, simulatedEvents(2000), { maxPayload: 0 });
  return path;
}

function linesOf(text: string): string[] {
  return text.split("\n").slice(0, -1);
}

describe("a recording on the command line", () => {
  it("is the same JSON replayed, traced and exported", async () => {
    const path = await simulatedRecording();
    const exported = await corelens("export", path, "--json");
    const replayed = await corelens("replay", path, "--speed", "max", "--json");
    const traced = await corelens("trace", "--from", path, "--json", "--fields", "*");
    const events = (await read(path)).events.map(eventJson);
    expect(events).toHaveLength(2000);
    expect(linesOf(exported.stdout)).toEqual([expect.stringContaining('"export"'), ...events]);
    expect(linesOf(replayed.stdout).slice(1, -1)).toEqual(events);
    expect(linesOf(traced.stdout).slice(1, -1)).toEqual(events);
    expect(replayed.status).toBe(0);
  });

  it("is shown like a trace, in part if requested", async () => {
    const path = await simulatedRecording();
    const { stdout, stderr } = await corelens("trace", "mempool:*", "--from", path, "-n", "3");
    expect(linesOf(stdout)).toHaveLength(3);
    expect(stdout).toMatch(/mempool:\w+ +txid=/);
    expect(stderr).toContain("3 of ");
  });

  it("names coins of the mempool, with their height as a number in JSON", async () => {
    const path = join(temporaryDirectory(), "coins");
    const coin = {
      ...simulatedEvents(2000).find((event) => event.tracepoint === "utxocache:add")!,
    };
    await record(path, SIMULATED_KINDS, [{ ...coin, height: 2_147_483_647, value: 1263 }]);
    const args = ["utxocache:add", "--from", path];
    expect((await corelens("count", ...args, "--by", "height")).stdout).toMatch(/^mempool +1 /m);
    const { stdout } = await corelens("trace", ...args);
    expect(stdout).toContain(" height=mempool value=1,263 sat ");
    expect((await corelens("trace", ...args, "--json")).stdout).toContain('"height":2147483647');
  });

  it("is described, including where it was cut off", async () => {
    const path = await simulatedRecording();
    const { stdout } = await corelens("info", path);
    expect(stdout).toContain(", whole; test");
    expect(stdout).toContain("2,000 events, ");
    expect(stdout).toMatch(/mempool:added +\d+ +0 +0 +0\n/);
    truncateSync(path, statSync(path).size - 100);
    expect((await corelens("info", path)).stdout).toContain("without its end");
    const cut = await corelens("replay", path, "--speed", "max");
    expect(cut.stderr).toContain("ends within a frame");
    expect(cut.status).toBe(0);
  });

  it.each([
    [["replay", "/nowhere"], 2, "FILE_UNREADABLE"],
    [["replay", "/etc/passwd"], 2, "RECORDING_CORRUPT"],
    [["utxos", "--from", "/etc/passwd"], 2, "RECORDING_CORRUPT"],
    [["export", "/etc/passwd"], 2, "USAGE"],
    [["export", "/etc/passwd", "--parquet", "y", "--csv", "x"], 2, "cannot be used with"],
    [["trace", "--from", "/nowhere"], 2, "FILE_UNREADABLE"],
    [["record", "x", "--rotate", "1X"], 2, "by size or by age"],
    [["info", "/"], 2, "FILE_UNREADABLE"],
  ])("is refused where it cannot be: %j", async (args, status, message) => {
    const ended = await corelens(...args);
    expect(ended.stderr).toContain(message);
    expect(ended.status).toBe(status);
  });
});

describeNeeding([rightsToTrace, root], "corelens record", () => {
  it("keeps the stream that a session delivers", async () => {
    const path = join(temporaryDirectory(), "storm");
    const pid = await simulatedNode("--reindex", "--speed", "max");
    const session = attach({ target: pid });
    const recorder = await recorderAt(path);
    const live: string[] = [];
    for await (const events of session.batches()) {
      live.push(...events.map(eventJson));
      await recorder.write(events, session.kinds);
      if (live.length > 50_000) void session.stop();
    }
    await recorder.close(await session.cost());
    await session.close();
    const { events, reader } = await read(path);
    expect(events.map(eventJson).join("\n") === live.join("\n")).toBe(true);
    expect(reader.tallies()).toEqual(session.tallies());
  });

  it("ends on Ctrl-C with a whole file that belongs to the user of the worker", async () => {
    const path = join(openDirectory(), "node.corelens");
    const pid = await simulatedNode("--speed", "50");
    const recording = new RunningCommand([
      "record",
      path,
      "net:*_message",
      "-t",
      pid,
      "--payload",
      "all",
    ]);
    await until("events are written", () => sizeOf(path) > 20_000);
    recording.process.kill("SIGINT");
    await recording.ended;
    expect(recording.exitStatus).toBe(0);
    expect(recording.stderr).toMatch(/\d+ events? in \d+\.\d s, none lost; .* in 1 file\n/);
    expect(statSync(path).uid).not.toBe(0);
    const { events, error, reader } = await read(path);
    expect(error).toBeNull();
    expect(reader.files[0]).toMatchObject({ complete: true });
    expect(reader.cost?.nanosecondsPerHit).toBeGreaterThan(0);
    expect(events[0]).toMatchObject({ tracepoint: "corelens:attached", pid: Number(pid) });
    for (const event of events.filter((each) => !isNotice(each))) {
      const { size, payload } = event as unknown as { size: number; payload: Uint8Array };
      expect(payload.length).toBe(size);
    }
  });

  it("loses no more than the last second when it is killed", async () => {
    const path = join(openDirectory(), "killed");
    const pid = await simulatedNode("--speed", "200");
    const recording = new RunningCommand(["record", path, "-t", pid]);
    await until("events are written", () => sizeOf(path) > 20_000);
    await sleep(1500);
    const attacher = recording.process.pid;
    const worker = readFileSync(`/proc/${attacher}/task/${attacher}/children`, "ascii").trim();
    process.kill(Number(worker), "SIGKILL");
    const killed = Date.now();
    await recording.ended;
    expect(recording.stderr).toContain("TRACER_GONE");
    const { events, error, reader } = await read(path);
    expect(error).toBeNull();
    expect(reader.files[0]!.complete).toBe(false);
    expect(events.at(-1)!.time).toBeGreaterThan(killed - 2000);
    const again = await corelens("info", path);
    expect(again.stdout).toContain("without its end");
    expect(again.status).toBe(0);
  });

  it("fills a directory file by file; a replay of it is one stream", async () => {
    const directory = join(openDirectory(), "recordings");
    const pid = await simulatedNode("--reindex", "--speed", "max");
    const args = ["-t", pid, "--rotate", "1M", "--compress", "gzip"];
    const recording = new RunningCommand(["record", directory, ...args]);
    await until(
      "there are files",
      () => existsSync(directory) && readdirSync(directory).length > 2,
    );
    recording.process.kill("SIGINT");
    await recording.ended;
    expect(recording.exitStatus).toBe(0);
    const names = readdirSync(directory);
    for (const name of names) expect(statSync(join(directory, name)).size).toBeLessThan(2 ** 20);
    const { reader, error } = await read(directory);
    expect(error).toBeNull();
    expect(reader.files.every(({ complete }) => complete)).toBe(true);
  });

  it("ends before the disk is too full, with a whole file", async () => {
    const path = join(openDirectory(), "node.corelens");
    const pid = await simulatedNode("--speed", "50");
    const recording = new RunningCommand(["record", path, "-t", pid, "--min-free", "1000T"]);
    await recording.ended;
    expect(recording.stderr).toContain("OUTPUT_GONE: less than");
    expect(recording.exitStatus).toBe(6);
    expect((await read(path)).reader.files[0]).toMatchObject({ complete: true });
  });

  it("reports the path that it cannot write", async () => {
    const pid = await simulatedNode();
    const recording = new RunningCommand(["record", "/proc/nowhere/", "-t", pid]);
    await recording.ended;
    expect(recording.stderr).toContain("FILE_UNWRITABLE: /proc/nowhere/ cannot be created: ENOENT");
    expect(recording.exitStatus).toBe(2);
  });
});

describeNeeding([rightsToTrace, root], "in a directory that only root may enter", () => {
  const rightsOf = (pid: number): string[] =>
    readFileSync(`/proc/${pid}/status`, "ascii").match(/^(Uid|CapEff|CapPrm):.*$/gm) ?? [];
  const NONE = ["Uid:\t65534\t65534\t65534\t65534", "CapPrm:\t0000000000000000"];
  const env = { SUDO_UID: undefined, SUDO_GID: undefined };

  it("record keeps one file or many, written by a worker without rights", async () => {
    const directory = temporaryDirectory();
    const pid = await simulatedNode("--reindex", "--speed", "max");
    const one = join(directory, "one");
    const many = join(directory, "a", "many");
    const recordings = [
      new RunningCommand(["record", one, "-t", pid], { env }),
      new RunningCommand(["record", many, "-t", pid, "--rotate", "1M"], { env }),
    ];
    await until("both are written", () => {
      return sizeOf(one) > 1000 && existsSync(many) && readdirSync(many).length > 3;
    });
    for (const recording of recordings) {
      expect(rightsOf(await recording.child)).toEqual(expect.arrayContaining(NONE));
      recording.process.kill("SIGINT");
      await recording.ended;
      expect(recording.stderr).toContain("none lost");
      expect(recording.exitStatus).toBe(0);
    }
    for (const path of [one, many]) {
      const { reader, error } = await read(path);
      expect(error).toBeNull();
      expect(reader.files.every(({ complete }) => complete)).toBe(true);
    }
    expect(statSync(directory)).toMatchObject({ uid: 0, mode: 0o40700 });
  });

  it("record checks the free space", async () => {
    const path = join(temporaryDirectory(), "node.corelens");
    const pid = await simulatedNode("--speed", "50");
    const recording = new RunningCommand(["record", path, "-t", pid, "--min-free", "1000T"], {
      env,
    });
    await recording.ended;
    expect(recording.stderr).toContain("OUTPUT_GONE: less than");
    expect((await read(path)).reader.files[0]).toMatchObject({ complete: true });
  });

  it("p2p-messages captures and block-benchmark keeps its result", async () => {
    const directory = temporaryDirectory();
    const captured = join(directory, "captured");
    const result = join(directory, "result.json");
    const pid = await simulatedNode("--speed", "500");
    const benchmark = ["block-benchmark", "-t", pid, "--output", result, "--duration", "4s"];
    const commands = [
      new RunningCommand(["p2p-messages", "-t", pid, "--capture", captured, "--duration", "3s"], {
        env,
      }),
      new RunningCommand(benchmark, { env }),
    ];
    for (const command of commands) {
      await command.ended;
      expect(command.stderr).not.toContain("corelens: ");
      expect(command.exitStatus).toBe(0);
    }
    const files = readdirSync(captured, { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => file.endsWith(".dat")).length).toBeGreaterThan(1);
    expect(JSON.parse(readFileSync(result, "utf8")).blocks.height.length).toBeGreaterThan(0);
  });

  it("a recording is exported", async () => {
    const path = await simulatedRecording();
    const tables = join(temporaryDirectory(), "tables");
    await corelens("export", path, "--csv", tables);
    expect(readdirSync(tables).length).toBeGreaterThan(3);
  });

  it("sudo from a user's directory gives the files to that user", async () => {
    const directory = temporaryDirectory();
    chownSync(directory, 4321, 4321);
    const path = join(directory, "node.corelens");
    const pid = await simulatedNode("--speed", "50");
    const sudo = { SUDO_UID: "4321", SUDO_GID: "4321" };
    const args = ["record", path, "-t", pid, "--duration", "1s"];
    const recording = new RunningCommand(args, { env: sudo });
    await recording.ended;
    expect(recording.exitStatus).toBe(0);
    expect(statSync(path)).toMatchObject({ uid: 4321, gid: 4321 });
  });
});

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
