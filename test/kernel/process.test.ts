import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { isTraceable } from "../../src/kernel/platform.ts";
import { effectiveCapabilities, unprivilegedUser } from "../../src/kernel/privileges.ts";
import { onProcessExit } from "../../src/kernel/process-exit.ts";
import { Readiness } from "../../src/kernel/readiness.ts";
import { ThreadNames } from "../../src/kernel/thread-names.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { until } from "../helpers/stream.ts";

describe.skipIf(!isTraceable)("this process", () => {
  it("has the effective capabilities that /proc shows", () => {
    const [, mask] = /^CapEff:\s+(\w+)$/m.exec(readFileSync("/proc/thread-self/status", "ascii"))!;
    expect(effectiveCapabilities()).toBe(BigInt(`0x${mask}`));
  });

  it("runs its worker as the user of sudo, or else as nobody, and only when it is root", () => {
    const isRoot = process.getuid?.() === 0;
    const nobody = { uid: 65534, gid: 65534 };
    const whom = (env: NodeJS.ProcessEnv) => unprivilegedUser(env);
    expect(whom({ SUDO_UID: "1000", SUDO_GID: "1001" })).toEqual(
      isRoot ? { uid: 1000, gid: 1001 } : null,
    );
    for (const env of [{}, { SUDO_UID: "0", SUDO_GID: "0" }, { SUDO_UID: "x", SUDO_GID: "5" }]) {
      expect(whom(env)).toEqual(isRoot ? nobody : null);
    }
  });
});

describe.skipIf(!isTraceable)("another process", () => {
  it("is reported as ended at once", async () => {
    const child = spawn("sleep", ["1000"]);
    let told = 0;
    onProcessExit(child.pid!, () => told++);
    await sleep(50);
    expect(told).toBe(0);
    child.kill("SIGKILL");
    await until("the end is told", () => told === 1);
  });

  it("is not reported after the wait was cancelled", async () => {
    const child = spawn("sleep", ["1000"]);
    let told = 0;
    const stop = onProcessExit(child.pid!, () => told++);
    stop();
    stop();
    child.kill("SIGKILL");
    await once(child, "exit");
    await sleep(50);
    expect(told).toBe(0);
  });
});

describe.skipIf(!isTraceable)("a thread's name", () => {
  it("is that in /proc, also after the thread changed it", () => {
    const names = new ThreadNames();
    const title = process.title;
    onTestFinished(() => {
      process.title = title;
    });
    process.title = "first";
    names.refresh();
    expect(names.name(process.pid, process.pid)).toBe("first");
    process.title = "second";
    expect(names.name(process.pid, process.pid)).toBe("first");
    expect(new ThreadNames().name(process.pid, process.pid)).toBe("second");
  });

  it("is unknown if the thread does not exist", () => {
    expect(new ThreadNames().name(process.pid, 4_194_305)).toBeNull();
    expect(new ThreadNames().name(0, 1)).toBeNull();
  });
});

const DAY_MS = 86_400_000;

describe.skipIf(!isTraceable)("waiting for a descriptor", () => {
  const path = join(temporaryDirectory(), "pipe");

  it("ends when the descriptor is readable, on a wake-up, when it is closed, or after a time", async () => {
    execFileSync("mkfifo", [path]);
    const fd = openSync(path, "r+");
    const readiness = new Readiness(fd);
    await readiness.wait(60);
    for (const end of [
      () => writeSync(fd, "x"),
      () => readSync(fd, Buffer.alloc(1)) && readiness.wake(),
      () => readiness.close(),
    ]) {
      const waiting = readiness.wait(DAY_MS);
      end();
      await waiting;
    }
    closeSync(fd);
  });
});
