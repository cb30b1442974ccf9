import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { examineRights, examineSupport } from "../../src/doctor/kernel.ts";
import {
  examineLockdown,
  examineParanoia,
  examineRuntime,
  examineTerminal,
  examineUnprivilegedBpf,
} from "../../src/doctor/machine.ts";
import type { Capability } from "../../src/kernel/privileges.ts";

const MACHINE = "         0          0 4294967295\n";
const NAMESPACE = "         0       1000          1\n";
const rights = (held: readonly Capability[], uid: number, uidMap = MACHINE) =>
  examineRights(new Set(held), uid, uidMap);

describe("rights", () => {
  it.each([
    [["BPF", "PERFMON"], 1000],
    [["SYS_ADMIN"], 1000],
    [["BPF", "PERFMON", "SYS_ADMIN"], 0],
  ] as const)("%j suffice", (held, uid) => {
    expect(rights(held, uid).status).toBe("ok");
  });

  it.each([
    [[], "lacks CAP_BPF and CAP_PERFMON,"],
    [["BPF"], "lacks CAP_PERFMON,"],
    [["PERFMON"], "lacks CAP_BPF,"],
  ] as const)("%j do not", (held, text) => {
    const finding = rights(held, 1000);
    expect(finding.status).toBe("problem");
    expect(finding.message).toContain(text);
    expect(finding.cure).toContain("docs/privileges.md");
  });

  it("of a user namespace do not suffice", () => {
    expect(rights(["SYS_ADMIN"], 0, NAMESPACE)).toMatchObject({
      status: "problem",
      message:
        "root has its capabilities in a user namespace only; tracing needs them on the machine itself",
    });
  });
});

describe("the method of attaching", () => {
  const statuses = (...args: Parameters<typeof examineSupport>) =>
    examineSupport(...args).map(({ status }) => status);

  it("is uprobe_multi on a new kernel", () => {
    expect(statuses({ attach: "uprobe_multi", sleepable: true }, false)).toEqual(["ok", "ok"]);
  });

  it("needs CAP_SYS_ADMIN with perf events", () => {
    const support = { attach: "perf_event", sleepable: false } as const;
    expect(statuses(support, true)).toEqual(["warning", "warning"]);
    expect(statuses(support, false)).toEqual(["problem", "warning"]);
  });
});

describe("settings of the machine", () => {
  it("Node.js is compared with the minimum version in package.json", () => {
    const file = new URL("../../package.json", import.meta.url);
    const { engines } = JSON.parse(readFileSync(file, "utf8")) as { engines: { node: string } };
    const oldest = engines.node.replace(">=", "");
    expect(examineRuntime(oldest).status).toBe("ok");
    expect(examineRuntime("24.1.0").status).toBe("ok");
    const older = oldest.split(".").map(Number);
    expect(examineRuntime(`${older[0]}.${older[1]! - 1}.9`).status).toBe("warning");
    expect(examineRuntime("18.20.0").status).toBe("warning");
  });

  it("the lockdown level is the word in brackets", () => {
    expect(examineLockdown("none [integrity] confidentiality").message).toContain("integrity");
    expect(examineLockdown("none integrity [confidentiality]").status).toBe("warning");
    expect(examineLockdown(null).status).toBe("ok");
  });

  it("a missing terminal is not a problem", () => {
    expect(examineTerminal(80)).toMatchObject({ status: "ok", message: "80 columns" });
    expect(examineTerminal(null).status).toBe("ok");
  });

  it("the other settings do not prevent tracing", () => {
    expect(examineParanoia("4").message).toContain("paranoid is 4");
    expect(examineParanoia(null).status).toBe("ok");
    expect(examineUnprivilegedBpf("2").status).toBe("ok");
    expect(examineUnprivilegedBpf("0").status).toBe("warning");
  });
});
