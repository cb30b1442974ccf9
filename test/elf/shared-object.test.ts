import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readElf } from "../../src/elf/elf.ts";
import type { Machine } from "../../src/elf/header.ts";
import { type ProbeFunction, writeSharedObject } from "../../src/elf/shared-object.ts";
import { bytesSource } from "../../src/elf/source.ts";
import { run, testWith } from "../usdt/debian-tool.ts";

const directory = mkdtempSync(join(tmpdir(), "shared-object-"));
afterAll(() => rmSync(directory, { recursive: true }));

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

function written(machine: Machine): string {
  const file = join(directory, `${machine}.so`);
  writeFileSync(file, writeSharedObject(machine, probes));
  return file;
}

describe("writeSharedObject", () => {
  test("gives equal bytes for equal probes", () => {
    expect(writeSharedObject("x86-64", probes)).toEqual(writeSharedObject("x86-64", probes));
  });

  test("loads code without write permission and semaphores without execute permission", () => {
    const elf = readElf(bytesSource(writeSharedObject("x86-64", probes)), "probes.so");
    const loaded = run("readelf", "-lW", written("x86-64")).match(/LOAD.* (R E|RW ) /g);
    expect(elf.type).toBe("DYN");
    expect(loaded).toHaveLength(2);
  });

  test("lets the notes' section follow the executable one, as BCC and bpftrace demand", () => {
    const { sections } = readElf(bytesSource(writeSharedObject("x86-64", probes)), "probes.so");
    const index = (name: string) => sections.findIndex((section) => section.name === name);
    expect(index(".text")).toBeGreaterThanOrEqual(0);
    expect(index(".note.stapsdt")).toBeGreaterThan(index(".text"));
  });

  for (const [machine, name] of [
    ["x86-64", "Advanced Micro Devices X86-64"],
    ["aarch64", "AArch64"],
  ] as const) {
    testWith("readelf", `is read by readelf without a complaint, for ${machine}`, () => {
      const output = run("readelf", "-aW", written(machine));
      expect(output).toMatch(new RegExp(`Machine: +${name}`));
      expect(output).not.toMatch(/warning|error|<unknown>|corrupt/i);
      expect(output).toContain("net:inbound_message");
    });
  }

  testWith("readelf", "puts into the notes what it was given", () => {
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

  testWith("objdump", "lets a note's location be the address of its nop", () => {
    const file = written("x86-64");
    const location = /Location: 0x0*([0-9a-f]+)/.exec(run("readelf", "-nW", file))?.[1];
    expect(run("objdump", "-d", file)).toMatch(new RegExp(` ${location}:.*nopl`));
  });
});
