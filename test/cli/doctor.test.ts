import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { DoctorFinding, DoctorSection } from "../../src/doctor/finding.ts";
import { findTracers } from "../../src/doctor/tracers.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root } from "../helpers/needs.ts";
import { TargetProgram } from "../helpers/target-program.ts";
import { corelens } from "./run-command.ts";

interface Diagnosis {
  readonly works: boolean;
  readonly sections: readonly DoctorSection[];
}

async function diagnose(...args: string[]): Promise<Diagnosis & { findings: DoctorFinding[] }> {
  const { stdout } = await corelens("doctor", "--json", ...args);
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  return { ...diagnosis, findings: diagnosis.sections.flatMap(({ findings }) => findings) };
}

describe("corelens doctor", () => {
  it("lists every error with --errors", async () => {
    const { stdout, status } = await corelens("doctor", "--errors");
    expect(stdout).toMatch(/^exit status 0 {2}success\n/);
    expect(stdout).toContain("  NO_PERMISSION  ");
    expect(status).toBe(0);
  });

  it("reports an unreadable target as one of its findings", async () => {
    const { stdout, status } = await corelens("doctor", "/nowhere");
    expect(stdout).toMatch(/^This machine\n/);
    expect(stdout).toContain("FILE_UNREADABLE: no such file: /nowhere");
    expect(stdout).toContain("Tracing does not work: ");
    expect(status).toBe(1);
  });
});

describeNeeding([rightsToTrace, root, compiler], "corelens doctor", () => {
  const path = join(temporaryDirectory(), "target");
  beforeAll(() => compile(path, [TARGET_SOURCE]));

  it("attaches to everything without touching the program", async () => {
    const target = await TargetProgram.start(path);
    const { works, findings } = await diagnose(`${target.pid}`);
    expect(works).toBe(true);
    const trial = findings.find(({ topic }) => topic === "trial");
    expect(trial?.message).toMatch(/^attaching to all \d tracepoints works/);
    expect(await target.semaphore("test:tick")).toBe(0);
  });

  it("finds other tracers", async () => {
    const target = await TargetProgram.start(path);
    const session = attach({ target: target.pid, tracepoints: ["test:tick"] });
    const tracers = (await diagnose(`${target.pid}`)).findings.find(
      ({ topic }) => topic === "tracers",
    );
    await session.close();
    expect(tracers?.message).toMatch(/^1 of \d semaphores raised/);
    const after = await diagnose(`${target.pid}`);
    expect(after.findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/semaphores, all 0/),
    );
  });

  it("does not count itself as a tracer", () => {
    const session = attach({ target: path, tracepoints: ["test:tick"] });
    expect(findTracers().map(({ pid }) => pid)).not.toContain(process.pid);
    return session.close();
  });
});
