import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { Assembler } from "../../src/bpf/assembler.ts";
import { closeDescriptor } from "../../src/bpf/descriptor.ts";
import { R0 } from "../../src/bpf/instruction.ts";
import { attachPerfEvent, attachUprobeMulti, hasUprobeMulti } from "../../src/bpf/link.ts";
import { createRingBuffer, createSharedArray } from "../../src/bpf/map.ts";
import { loadProgram } from "../../src/bpf/program.ts";
import { readBinary } from "../../src/node/process/binary.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { TraceSession } from "../../src/session/attach/session.ts";
import { Attachment } from "../../src/tracer/attachment.ts";
import { layOut } from "../../src/tracer/record-layout.ts";
import { deliver } from "../../src/tracer/record-writer.ts";
import { SHARED } from "../../src/tracer/shared-state.ts";
import type { AttachSupport } from "../../src/tracer/support.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { everything, until, withoutNotices } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";

const openDescriptors = () => readdirSync("/proc/self/fd").length;
const texts = (length: number) => "abcdefghijklmnopqrstuvwxyz".repeat(20).slice(0, length);

describeNeeding([rightsToTrace, compiler], "an attachment", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("raises only the semaphores of traced tracepoints, and lowers them", async () => {
    const target = await TargetProgram.start(path);
    const semaphores = () =>
      Promise.all([target.semaphore("test:tick"), target.semaphore("test:text")]);
    expect(await semaphores()).toEqual([0, 0]);
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    expect(await semaphores()).toEqual([1, 0]);
    await session.close();
    expect(await semaphores()).toEqual([0, 0]);
  });

  it("closes all its descriptors, in any number of repetitions", async () => {
    const target = await TargetProgram.start(path);
    const once = async () => {
      const session = attach({ target: target.pid, tracepoints: ["test:*", "net:*"] });
      await target.run("tick 3");
      expect(withoutNotices(await everything(session))).toHaveLength(3);
    };
    await once();
    const before = openDescriptors();
    for (let i = 0; i < 50; i++) await once();
    await until("all descriptors are closed", () => openDescriptors() <= before);
  });

  it("leaves nothing attached when a tracepoint does not exist", async () => {
    const target = await TargetProgram.start(path);
    const before = openDescriptors();
    const mistaken = () => attach({ target: target.pid, tracepoints: ["test:tick", "test:tock"] });
    expect(mistaken).toThrow("no tracepoint test:tock");
    await until("all descriptors are closed", () => openDescriptors() <= before);
    expect(await target.semaphore("test:tick")).toBe(0);
  });
});

describeNeeding([rightsToTrace], "the uprobe_multi link", () => {
  it("is detected by loading programs with and without it", () => {
    const has = (attach: "uprobe_multi" | "perf_event"): boolean => {
      const code = new Assembler().mov(R0, 0).exit().finish();
      const program = loadProgram({ name: "test", code, attach, sleepable: false });
      const answer = hasUprobeMulti(program);
      closeDescriptor(program);
      return answer;
    };
    expect(has("uprobe_multi")).toBe(true);
    expect(has("perf_event")).toBe(false);
  });
});

describeNeeding([rightsToTrace, compiler], "another tracer", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("that uses a tracepoint without its semaphore is reported as the cause", async () => {
    const { fileOffset } = readBinary(path).probes.find(({ name }) => name === "tick")!;
    const code = new Assembler().mov(R0, 0).exit().finish();
    const program = loadProgram({ name: "other", code, attach: "uprobe_multi", sleepable: false });
    const site = { fileOffset: fileOffset!, semaphoreOffset: 0 };
    const link = attachUprobeMulti(program, { path, pid: null }, [site]);
    await TargetProgram.start(path);
    expect(() => attach({ target: path, tracepoints: ["test:tick"] })).toThrow(
      expect.objectContaining({ code: "TRACER_CONFLICT" }),
    );
    for (const descriptor of [link, program]) closeDescriptor(descriptor);
    await attach({ target: path, tracepoints: ["test:tick"] }).close();
  });

  it("is not reported when the kernel refuses for another reason", () => {
    for (const kind of ["uprobe_multi", "perf_event"] as const) {
      const code = new Assembler().mov(R0, 0).exit().finish();
      const program = loadProgram({ name: "test", code, attach: kind, sleepable: false });
      const beyond = { fileOffset: 1 << 30, semaphoreOffset: 0 };
      const attachBeyond = () =>
        kind === "uprobe_multi"
          ? attachUprobeMulti(program, { path, pid: null }, [beyond])
          : attachPerfEvent(program, { path, pid: null }, beyond);
      expect(attachBeyond).toThrow(
        expect.objectContaining({
          code: "KERNEL_REFUSED",
          message: `attaching to offset 0x40000000 of ${path} failed: EINVAL`,
        }),
      );
      closeDescriptor(program);
    }
  });
});

/** The session that `attach` makes, but in a way of attaching that another kernel would need. */
function attachBy(
  support: AttachSupport,
  path: string,
  pid: number | null,
  type: "string" | "uint64",
) {
  const { recognition } = readBinary(path);
  const layouts = recognition.tracepoints.map(({ name, fields }, id) =>
    layOut(
      id,
      name,
      fields.map((field) => (name === "test:text" ? { ...field, type } : field)),
      new Set(fields.map(({ name }) => name)),
    ),
  );
  const capacity = layouts.length;
  const ringSize = 1 << 20;
  const ring = createRingBuffer("test_events", ringSize);
  const shared = createSharedArray("test_shared", SHARED.size(capacity));
  const tracepoints = recognition.tracepoints.map(({ name, sites }, id) => ({
    name,
    action: deliver(layouts[id]!, { ring, shared }),
    sites: sites.map(({ fileOffset, semaphoreOffset, arguments: found }) => ({
      fileOffset: fileOffset!,
      semaphoreOffset: semaphoreOffset!,
      arguments: found,
    })),
  }));
  const attachment = new Attachment({ path, pid }, tracepoints, shared, 0, support);
  const control = {
    detach: async () => attachment.close(),
    cost: async () => null,
    counts: async () => [],
    changeSettings: () => {},
    close: () => {
      for (const descriptor of [ring, shared]) closeDescriptor(descriptor);
    },
  };
  const session = new TraceSession({ ring, ringSize, shared, capacity }, control, 5);
  session.add(layouts);
  return session;
}

describeNeeding([rightsToTrace, root, compiler], "attaching by perf events", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it.each([true, false])(
    "delivers the same events as a link (sleepable programs: %s)",
    async (sleepable) => {
      const target = await TargetProgram.start(path, { cwd: directory });
      const other = await TargetProgram.start(path);
      const session = attachBy({ attach: "perf_event", sleepable }, path, target.pid, "string");
      expect(await target.semaphore("test:tick")).toBe(1);
      expect(await other.semaphore("test:tick")).toBe(0);
      for (const command of [
        "tick 100",
        "text 250",
        "sites 2",
        "tick-in-thread 2",
        "payload 5000",
      ]) {
        await target.run(command);
      }
      await other.run("tick 1");
      await target.run("text-evicted 30");
      const events = withoutNotices(await everything(session));
      expect(events.slice(0, 100).map(({ arg0 }) => arg0)).toEqual([...Array(101).keys()].slice(1));
      expect(events.slice(100)).toMatchObject([
        { arg0: texts(250) },
        ...[{ arg0: 11 }, { arg0: 2 }, { arg0: -33 }, { arg0: 101 }, { arg0: 102 }],
        { size: 5000, payload: { length: 5000 } },
        sleepable ? { arg0: texts(30) } : { arg0: null, unreadable: ["arg0"] },
      ]);
      expect(await target.semaphore("test:tick")).toBe(0);
    },
  );

  it("traces all processes of a program when none is named", async () => {
    const target = await TargetProgram.start(path);
    const session = attachBy({ attach: "perf_event", sleepable: true }, path, null, "uint64");
    const later = await TargetProgram.start(path);
    await target.run("tick 1");
    await later.run("tick 1");
    const events = withoutNotices(await everything(session));
    expect(events.map(({ pid }) => pid)).toEqual([target.pid, later.pid]);
  });
});
