import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readBinary } from "../../src/node/process/binary.ts";
import { readSemaphores, writableMappings } from "../../src/node/process/semaphores.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { TargetProgram } from "../helpers/target-program.ts";

describe("writableMappings", () => {
  const MAPS = [
    "55d88bd12000-55d88c55b000 r-xp 0003b000 fe:00 1591531                    /usr/bin/bitcoind",
    "55d88c9c9000-55d88c9d5000 r--p 00cf1000 fe:00 1591531                    /usr/bin/bitcoind",
    "55d88c9d5000-55d88c9e5000 rw-p 00cfd000 fe:00 1591531                    /usr/bin/bitcoind",
    "7f0000000000-7f0000001000 rw-s 00000000 fe:00 1591531                    /usr/bin/bitcoind",
    "7f0000001000-7f0000002000 rw-p 00000000 fe:00 17                         /usr/bin/other one",
    "7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0                          [stack]",
  ];

  it("returns the private mappings of the file", () => {
    const mapping = { address: 0x55d88c9d5000, length: 0x10000, offset: 0xcfd000 };
    expect(writableMappings(MAPS.join("\n"), "/usr/bin/bitcoind")).toMatchObject([mapping]);
    expect(writableMappings(MAPS.join("\n"), "/usr/bin/other one")).toHaveLength(1);
    expect(writableMappings("", "/usr/bin/bitcoind")).toEqual([]);
  });

  it("finds mappings of a file that was replaced on disk", () => {
    expect(writableMappings(`${MAPS[2]} (deleted)`, "/usr/bin/bitcoind")).toHaveLength(1);
  });
});

describeNeeding([compiler, rightsToTrace, root], "semaphores of a running program", () => {
  const path = join(temporaryDirectory(), "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("have the values that the program itself reads", async () => {
    const target = await TargetProgram.start(path);
    const { probes } = readBinary(path);
    const read = (name: string) => {
      const probe = probes.find((each) => each.name === name)!;
      return readSemaphores(target.pid, path, probes)?.get(probe.semaphoreOffset!);
    };
    expect(read("tick")).toBe(0);
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    expect(await target.semaphore("test:tick")).toBe(1);
    expect([read("tick"), read("text")]).toEqual([1, 0]);
    await session.close();
    expect(read("tick")).toBe(0);
  });

  it("cannot be read after the process ended", async () => {
    const target = await TargetProgram.start(path);
    await target.kill();
    expect(readSemaphores(target.pid, path, readBinary(path).probes)).toBeNull();
  });
});
