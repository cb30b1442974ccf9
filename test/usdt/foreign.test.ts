import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkContract } from "../../src/contract/check.ts";
import { readBinary } from "../../src/node/process/binary.ts";
import { filesFor, parseTarget, resolveTarget } from "../../src/session/attach/target.ts";
import { gdbListing } from "../../src/usdt/listing/gdb.ts";
import { readelfListing } from "../../src/usdt/listing/readelf.ts";
import { buildForeignElf } from "../elf/foreign-elf.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { stapsdtSection } from "./readelf.ts";
import { describeWith, run } from "./tools.ts";

/** Arguments of mempool:added and net:inbound_message as GCC 12 passes them. */
const MACHINES = [
  {
    name: "arm",
    machine: 40,
    wordSize: 4,
    littleEndian: true,
    added: "4@r2 -4@r1 -8@r4",
    message: "-8@[fp, #-12] 4@r2 4@r2 4@r2 4@r4 4@r2",
  },
  {
    name: "i386",
    machine: 3,
    wordSize: 4,
    littleEndian: true,
    added: "4@%eax -4@%edx -8@-16(%ebp)",
    message: "-8@-20(%ebp) 4@%eax 4@%eax 4@%eax 4@%ecx 4@%eax",
  },
  {
    name: "powerpc",
    machine: 20,
    wordSize: 4,
    littleEndian: false,
    added: "4@9 -4@10 -8@8",
    message: "-8@10 4@9 4@9 4@9 4@8 4@9",
  },
  {
    name: "riscv64",
    machine: 243,
    wordSize: 8,
    littleEndian: true,
    added: "8@a4 -4@a3 -8@8(a5)",
    message: "-8@8(a5) 8@a4 8@a4 8@a4 8@16(a5) 8@a4",
  },
  {
    name: "ppc64",
    machine: 21,
    wordSize: 8,
    littleEndian: false,
    added: "8@9 -4@10 -8@8",
    message: "-8@10 8@9 8@9 8@9 8@8 8@9",
  },
  {
    name: "s390x",
    machine: 22,
    wordSize: 8,
    littleEndian: false,
    added: "8@%r2 -4@0(%r1) -8@8(%r1)",
    message: "-8@8(%r1) 8@%r2 8@%r2 8@%r2 8@16(%r1) 8@%r2",
  },
] as const;

const directory = temporaryDirectory();

function written({ added, message, ...plan }: (typeof MACHINES)[number]): string {
  const path = join(directory, plan.name);
  const probes = [
    { provider: "mempool", name: "added", location: 0x1010, arguments: added },
    { provider: "net", name: "inbound_message", location: 0x1020, arguments: message },
  ];
  writeFileSync(path, buildForeignElf({ ...plan, probes }));
  return path;
}

describe.each(MACHINES)("a program for $name", (machine) => {
  const path = written(machine);
  const binary = readBinary(path);

  it("has probes whose arguments have the widths in their notes", () => {
    expect(binary).toMatchObject({ machine: machine.name, problems: [] });
    expect(binary.probes.map(({ argumentText }) => argumentText)).toEqual([
      machine.added,
      machine.message,
    ]);
    for (const { fileOffset, arguments: arguments_ } of binary.probes) {
      expect(fileOffset).toBeGreaterThan(0);
      for (const argument of arguments_) expect(argument.kind).toBe("foreign");
    }
  });

  it("has fields named by the contract and can be checked", () => {
    const [added, message] = binary.recognition.tracepoints;
    expect(added).toMatchObject({ name: "mempool:added", status: "contract" });
    expect(added?.fields.map(({ name }) => name)).toEqual(["txid", "vsize", "fee"]);
    expect(message).toMatchObject({ name: "net:inbound_message", status: "contract" });
    const kinds = new Set(checkContract(binary.probes).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(["unrecognised"]));
  });

  it("cannot be traced; the error names the machine", () => {
    const target = resolveTarget(parseTarget(path));
    expect(() => filesFor(target, ["mempool:added"])).toThrow(
      expect.objectContaining({
        code: "ELF_UNSUPPORTED",
        message: expect.stringContaining(`built for ${machine.name}`),
      }),
    );
  });

  it("is listed in gdb's format with addresses of its width", () => {
    const address = `0x${(0x1010).toString(16).padStart(2 * machine.wordSize, "0")} `;
    expect(gdbListing(path, binary.probes)).toContain(address);
  });
});

describeWith(["readelf"], "readelf", () => {
  it.each(MACHINES)("prints the same listing as corelens for a program for $name", (machine) => {
    const path = written(machine);
    const listing = readelfListing(readBinary(path).probes);
    expect(listing).toBe(stapsdtSection(run("readelf", "-n", path)));
  });
});
