import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Assembler, reg } from "../../src/bpf/assembler.ts";
import { closeDescriptor } from "../../src/bpf/descriptor.ts";
import { R0, R3 } from "../../src/bpf/instruction.ts";
import { createRingBuffer } from "../../src/bpf/map.ts";
import { loadProgram } from "../../src/bpf/program.ts";
import { RingBuffer } from "../../src/bpf/ring-buffer.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { closeDescriptors, createDescriptors } from "../../src/session/privilege/descriptors.ts";
import { detectAttachSupport } from "../../src/tracer/support.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { TargetProgram } from "../helpers/target-program.ts";

describeNeeding([rightsToTrace], "the kernel", () => {
  it("accepts a valid program", () => {
    const code = new Assembler().mov(R0, 0).exit().finish();
    const program = loadProgram({ name: "test", code, ...detectAttachSupport() });
    expect(program).toBeGreaterThan(2);
    closeDescriptor(program);
  });

  it("refuses an invalid program, and the error has the verifier's output", () => {
    const code = new Assembler().mov(R0, reg(R3)).exit().finish();
    const load = () => loadProgram({ name: "test", code, ...detectAttachSupport() });
    expect(load).toThrow(
      expect.objectContaining({
        code: "PROGRAM_REJECTED",
        message: expect.stringMatching(/^the verifier rejected the program test \(EACCES\): /),
        cause: expect.objectContaining({ message: expect.stringContaining("R3 !read_ok") }),
      }),
    );
  });
});

describe("a ring buffer", () => {
  it.each([0, 1000, 2048, 12_288, -4096, 4096.5])("of %d bytes is refused", (size) => {
    expect(() => createRingBuffer("test", size)).toThrow(
      expect.objectContaining({ code: "USAGE" }),
    );
  });
});

describe("on a kernel with larger pages", () => {
  it.each([
    [4096, 16_384],
    [32_768, 65_536],
  ])("a ring buffer of %d bytes is refused with the minimum size", (size, page) => {
    expect(() => createRingBuffer("test", size, page)).toThrow(
      expect.objectContaining({
        code: "USAGE",
        cure: expect.stringContaining(`at least ${page} bytes`),
      }),
    );
  });
});

describeNeeding([rightsToTrace], "a session's ring buffer", () => {
  it.each([4096, 16_384, 65_536])("has at least one page: %d bytes", (page) => {
    const descriptors = createDescriptors(4096, page);
    expect(descriptors.ringSize).toBe(page);
    // The kernel has made one of that size: it can be mapped whole.
    new RingBuffer(descriptors.ring, descriptors.ringSize).close();
    closeDescriptors(descriptors);
  });
});

describeNeeding([rightsToTrace, root, compiler], "the cost of tracing", () => {
  const path = join(temporaryDirectory(), "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("is measured by the kernel while events arrive, and unknown before", async () => {
    const target = await TargetProgram.start(path);
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    expect(await session.cost()).toBeNull();
    await target.run("tick 5000");
    const cost = await session.cost();
    await session.close();
    expect(cost!.runs).toBeGreaterThan(0);
    expect(cost!.runs).toBeLessThanOrEqual(5000);
    expect(cost!.nanosecondsPerHit).toBeGreaterThan(5);
    expect(cost!.nanosecondsPerHit).toBeLessThan(1_000_000);
  });
});
