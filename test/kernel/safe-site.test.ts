import { release } from "node:os";
import { join } from "node:path";
import { arch } from "node:process";
import { beforeAll, expect, it } from "vitest";
import { attach } from "../../src/session/attach/attach.ts";
import { trySite } from "../../src/tracer/site-trial.ts";
import { NOP, NOP5, NOP10 } from "../../src/usdt/site-instruction.ts";
import { corelens } from "../cli/run-command.ts";
import { compileSites, LONE_NOP5 } from "../helpers/assembly.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { everything } from "../helpers/stream.ts";

const [major = 0, minor = 0] = release().split(".").map(Number);
/** Kernels that replace a lone five-byte nop with a call. */
const replacesNop5 = major * 1000 + minor >= 6018 && major * 1000 + minor <= 7002;
const x86: () => string | null = () => (arch === "x64" ? null : "not x86-64");

describeNeeding([rightsToTrace, x86], "a trial of a probe site", () => {
  it("finds that a one-byte nop fires and leaves the red zone alone", () => {
    expect(trySite(NOP, 0)).toEqual({ fires: true, isIntact: true });
  });

  it("finds that the first byte of both combined forms is safe", () => {
    for (const instructions of [
      [...NOP, ...NOP5],
      [...NOP, ...NOP10],
    ]) {
      expect(trySite(instructions, 0)).toEqual({ fires: true, isIntact: true });
    }
  });

  it.runIf(replacesNop5)(
    "finds that this kernel overwrites the red zone at a five-byte nop",
    () => {
      expect(trySite(NOP5, 0).isIntact).toBe(false);
    },
  );

  it.runIf(replacesNop5)("finds that this kernel cannot attach to a ten-byte nop", () => {
    expect(trySite([...NOP, ...NOP10], NOP.length).fires).toBe(false);
  });
});

describeNeeding([rightsToTrace, compiler, x86], "a program with five-byte nops", () => {
  const directory = temporaryDirectory();
  const [unsafe, mixed] = [join(directory, "unsafe"), join(directory, "mixed")];
  const lone = { name: "test:lone", arguments: "8@$5", instruction: LONE_NOP5 };
  beforeAll(() => {
    compileSites(unsafe, [lone], "numbers: .quad 1");
    compileSites(mixed, [lone, { name: "test:good", arguments: "8@$6" }], "numbers: .quad 1");
  });

  it.runIf(replacesNop5)("is refused where the kernel would damage it", () => {
    expect(() => attach({ target: unsafe, tracepoints: ["test:*"] })).toThrow(
      expect.objectContaining({
        code: "SITE_UNSAFE",
        message: `${unsafe}: 1 site of test:lone cannot be traced safely on this kernel`,
      }),
    );
  });

  it.runIf(replacesNop5)(
    "is traced at its other sites, and the stream reports the rest",
    async () => {
      const session = attach({ target: mixed, tracepoints: ["test:*"] });
      setTimeout(() => session.stop(), 100);
      const notices = await everything(session);
      expect(notices).toContainEqual(
        expect.objectContaining({ tracepoint: "corelens:attached", tracepoints: 1 }),
      );
      expect(JSON.stringify(notices)).toContain("SITE_UNSAFE");
    },
  );

  it("gets a note of check, and a warning of doctor", async () => {
    const checked = await corelens("check", unsafe);
    expect(checked.stdout).toContain(
      "is a five-byte nop, which is unsafe to trace from Linux 6.18 on",
    );
    expect(checked.status).toBe(1);
    if (!replacesNop5) return;
    const examined = await corelens("doctor", unsafe);
    expect(examined.stdout).toContain("SITE_UNSAFE");
    expect(examined.status).toBe(1);
  });
});
