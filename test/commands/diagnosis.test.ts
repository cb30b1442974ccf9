import { expect, it } from "vitest";
import { diagnosisLines } from "../../src/commands/doctor/diagnosis.ts";
import { errorTable } from "../../src/commands/doctor/error-table.ts";
import { ok, problem, warning } from "../../src/doctor/finding.ts";
import { ERRORS, EXIT_STATUSES } from "../../src/errors.ts";
import { plain } from "./binaries.ts";

it("a diagnosis shows each finding with its cure, and the verdict", () => {
  const machine = {
    title: "This machine",
    findings: [
      ok("system", "Linux 6.18 on x64"),
      problem(
        "rights",
        "uid 1000 lacks CAP_BPF and CAP_PERFMON",
        "run it with sudo, or give it both",
      ),
    ],
  };
  const file = {
    title: "/tmp/\u001b[2Jbitcoind",
    findings: [warning("contract", "2 differences", "see them with `corelens check`")],
  };
  expect(diagnosisLines([machine, file], plain(60))).toEqual([
    "This machine",
    "  ok       system    Linux 6.18 on x64",
    "  problem  rights    uid 1000 lacks CAP_BPF and CAP_PERFMON",
    "                     → run it with sudo, or give it both",
    "",
    "/tmp/\\x1b[2Jbitcoind",
    "  warning  contract  2 differences",
    "                     → see them with `corelens check`",
    "",
    "Tracing does not work: 1 problem.",
  ]);
  expect(diagnosisLines([file], plain(60)).at(-1)).toBe("Tracing works here.");
});

it("the table of errors lists every error and every exit status", () => {
  const lines = errorTable(plain(80));
  const text = lines.join("\n");
  for (const code of Object.keys(ERRORS)) expect(text).toContain(`  ${code} `);
  for (const says of Object.values(EXIT_STATUSES)) expect(text).toContain(says);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
});
