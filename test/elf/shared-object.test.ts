import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import type { TracedMachine } from "../../src/elf/header.ts";
import { type ProbeFunction, writeSharedObject } from "../../src/elf/shared-object.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { describeNeeding, tool } from "../helpers/needs.ts";

const directory = temporaryDirectory();

const probes: ProbeFunction[] = [
  {
    provider: "net",
    name: "inbound_message",
    argumentText: "-8@%rax 8@%rcx",
    code: Uint8Array.of(0x48, 0x8b, 0x07, 0x0f, 0x1f, 0x44, 0, 0, 0xc3),
    site: 3,
  },
  {
    provider: "test",
    name: "zero_args",
    argumentText: "",
    code: Uint8Array.of(0x90, 0xc3),
    site: 0,
  },
];

function written(machine: TracedMachine): string {
  const file = join(directory, `${machine}.so`);
  writeFileSync(file, writeSharedObject(machine, probes));
  return file;
}

describe("writeSharedObject", () => {
  test("returns equal bytes for equal probes", () => {
    expect(writeSharedObject("x86-64", probes)).toEqual(writeSharedObject("x86-64", probes));
  });

  test("writes the section of notes after the executable section, as BCC and bpftrace require", () => {
    const { sections } = readElf(bytesSource(writeSharedObject("x86-64", probes)), "probes.so");
    const index = (name: string) => sections.findIndex((section) => section.name === name);
    expect(index(".text")).toBeGreaterThanOrEqual(0);
    expect(index(".note.stapsdt")).toBeGreaterThan(index(".text"));
  });
});

/** What a tool prints, its complaints included. */
function run(command: string, ...args: string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return stdout + stderr;
}

describeNeeding(
  [tool("readelf"), tool("objdump")],
  "a written shared object, in the output of binutils,",
  () => {
    test.each([
      ["x86-64", "Advanced Micro Devices X86-64"],
      ["aarch64", "AArch64"],
    ] as const)("is valid for %s", (machine, name) => {
      const output = run("readelf", "-aW", written(machine));
      expect(output).toMatch(new RegExp(`Machine: +${name}`));
      expect(output).not.toMatch(/warning|error|<unknown>|corrupt/i);
      expect(output).toMatch(/ FUNC +GLOBAL .* net:inbound_message$/m);
    });

    test("has read-only code and semaphores that are not executable", () => {
      const loads = run("readelf", "-lW", written("x86-64")).match(/^ +LOAD.*$/gm);
      expect(loads).toEqual([expect.stringContaining(" R E "), expect.stringContaining(" RW ")]);
    });

    test("has notes with the given provider, name and arguments", () => {
      const output = run("readelf", "-nW", written("x86-64"));
      expect(output.match(/Provider: .*|Name: .*|Arguments:.*|Semaphore: .*/g)).toEqual([
        "Provider: net",
        "Name: inbound_message",
        "Semaphore: 0x0000000000001000",
        "Arguments: -8@%rax 8@%rcx",
        "Provider: test",
        "Name: zero_args",
        "Semaphore: 0x0000000000001002",
        "Arguments: ",
      ]);
    });

    test("has notes whose locations are those of the nops", () => {
      const file = written("x86-64");
      const location = /Location: 0x0*([0-9a-f]+)/.exec(run("readelf", "-nW", file))?.[1];
      expect(run("objdump", "-d", file)).toMatch(new RegExp(` ${location}:.*nopl`));
    });
  },
);
