import { chmodSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { RunningCommand } from "../helpers/command.ts";
import { compile, TARGET_SOURCE, temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace, root, tool } from "../helpers/needs.ts";

/** Users other than root, as in docs/privileges.md. */
const NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
const AS_THE_UNIT = [
  ...[...NOBODY, "--no-new-privs"],
  ...["--inh-caps=-all,+bpf,+perfmon", "--ambient-caps=-all,+bpf,+perfmon"],
  "--bounding-set=-all,+bpf,+perfmon",
];

describeNeeding([rightsToTrace, root, compiler, tool("setpriv")], "corelens doctor", () => {
  const directory = temporaryDirectory();
  const path = join(directory, "target");
  beforeAll(() => {
    compile(path, [TARGET_SOURCE]);
    chmodSync(directory, 0o755);
  });

  const doctor = async (...launch: string[]) => {
    const command = new RunningCommand(["doctor", path], { launch });
    await command.ended;
    return command;
  };

  it("lists the missing rights of a user", async () => {
    const { stdout, exitStatus } = await doctor(...NOBODY);
    expect(stdout).toContain("uid 65534 lacks CAP_BPF and CAP_PERFMON");
    expect(stdout).not.toContain("trial");
    expect(exitStatus).toBe(1);
  });

  it("finds the two capabilities enough to trace a file", async () => {
    const { stdout, exitStatus } = await doctor(...AS_THE_UNIT);
    expect(stdout).toContain("uid 65534 has CAP_BPF and CAP_PERFMON, which tracing needs");
    expect(stdout).toMatch(/ok +trial/);
    expect(stdout).toMatch(/warning +cost/);
    expect(exitStatus).toBe(0);
  });

  it("does not accept the root of a user namespace as root", async () => {
    const { stdout, exitStatus } = await doctor("unshare", "--user", "--map-root-user");
    expect(stdout).toContain("root has its capabilities in a user namespace only");
    expect(exitStatus).toBe(1);
  });
});
