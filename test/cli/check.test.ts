import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { edited, V26, V31 } from "../contract/nodes.ts";
import { nodeBinary } from "../elf/node-binary.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { NODES } from "./binaries.ts";
import { corelens } from "./run-command.ts";

const directory = temporaryDirectory();

const GOOD = nodeBinary(join(directory, "good"), V31);
const OLD = nodeBinary(join(directory, "old"), V26, false);
const WIDER = edited(V31, { "mempool:added": "8@%rbx 8@%rax -8@%rdx" });
const DRIFTED = nodeBinary(join(directory, "drifted"), WIDER);

describe("corelens check", () => {
  it("ends with 0 without drift", async () => {
    expect(await corelens("check", GOOD, OLD)).toEqual({
      stdout:
        `${GOOD}: Bitcoin Core v29 or later, 20 tracepoints\n  no drift\n` +
        `${OLD}: Bitcoin Core v26 to v28, 15 tracepoints\n  no drift\n`,
      stderr: "",
      status: 0,
    });
  });

  it("ends with 1 with drift", async () => {
    const { stdout, status } = await corelens("check", DRIFTED);
    expect(stdout).toContain("  drift  mempool:added argument 2 at 0x8000 has another width:");
    expect(stdout).toMatch(/\n {2}drift in 1 place\n$/);
    expect(status).toBe(1);
  });

  it("checks the files of a directory and of a pattern that have tracepoints", async () => {
    writeFileSync(join(directory, "text"), "no program");
    const below = await corelens("check", directory);
    expect(below.status).toBe(1);
    for (const path of [GOOD, OLD, DRIFTED]) expect(below.stdout).toContain(`${path}: `);
    const { stdout, status } = await corelens("check", join(directory, "[go]*d"));
    expect(status).toBe(0);
    expect(stdout).toContain(`${GOOD}: `);
    expect(stdout).toContain(`${OLD}: `);
    expect(stdout).not.toContain(DRIFTED);
  });

  it("names the pattern without tracepoints", async () => {
    const pattern = join(directory, "nothing*");
    const { stderr, status } = await corelens("check", pattern);
    expect(stderr).toContain(`NO_TRACEPOINTS: ${pattern}: no such file`);
    expect(status).toBe(2);
  });

  it("ends with 2 if a binary cannot be read, and checks the others", async () => {
    const script = join(directory, "script");
    writeFileSync(script, "#!/bin/sh\n");
    const { stdout, stderr, status } = await corelens("check", script, DRIFTED, "/nowhere", GOOD);
    expect(stderr).toContain(`corelens: ELF_NOT_ELF: ${script}: not an ELF file\n  → `);
    expect(stderr).toContain("corelens: FILE_UNREADABLE: /nowhere: ");
    expect(stdout).toContain("drift in 1 place");
    expect(stdout).toContain("no drift");
    expect(status).toBe(2);
  });

  it("compares a binary with the stated release", async () => {
    expect(await corelens("check", GOOD, "--release", "31")).toMatchObject({ status: 0 });
    const { stdout, status } = await corelens("check", GOOD, "--release", "28");
    expect(stdout).toContain("20 tracepoints, against v28\n");
    expect(stdout).toContain("mempool:replaced at 0xa000 has another number of arguments");
    expect(status).toBe(1);
    expect(await corelens("check", OLD, "--release", "v27")).toMatchObject({ status: 0 });
    const missing = await corelens("check", OLD, "--release", "29");
    expect(missing.stdout).toContain("net:closed_connection is missing");
  });

  it("refuses a release that the contract does not have", async () => {
    for (const release of ["22", "1000", "x"]) {
      const { stderr, status } = await corelens("check", GOOD, "--release", release);
      expect(stderr).toContain("The contract has releases 23 to 31.");
      expect(status).toBe(2);
    }
  });

  it("is JSON with a line per binary", async () => {
    const { stdout, status } = await corelens("check", GOOD, DRIFTED, "--json");
    const [stream, good, drifted] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(stream).toMatchObject({ tracepoint: "corelens:stream", command: "check" });
    expect(good).toEqual({
      tracepoint: "corelens:checked",
      path: GOOD,
      description: "Bitcoin Core v29 or later, 20 tracepoints",
      findings: [],
      drift: false,
    });
    expect(drifted).toMatchObject({
      drift: true,
      findings: [{ kind: "argument-width", tracepoint: "mempool:added", argument: 2 }],
    });
    expect(status).toBe(1);
  });

  it.each(NODES)("finds no drift in %s", async (path) => {
    expect(await corelens("check", path)).toMatchObject({ status: 0, stderr: "" });
  });
});
