import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import type { FieldType, FloatType } from "../../src/contract/types.ts";
import { readElf } from "../../src/elf/elf.ts";
import { writeSharedObject } from "../../src/elf/shared-object.ts";
import { bytesSource } from "../../src/elf/source.ts";
import type { CorelensError } from "../../src/errors.ts";
import { loadLibrary } from "../../src/kernel/library.ts";
import { isTraceable } from "../../src/kernel/platform.ts";
import { ARGUMENT_TYPES, type ArgumentType } from "../../src/usdt/argument-type.ts";
import { type Tracepoint, tracepoint, tracepoints } from "../../src/usdt/declare/index.ts";
import { probeSite } from "../../src/usdt/declare/site.ts";
import { readProbes } from "../../src/usdt/read-probes.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { describeNeeding, tool } from "../helpers/needs.ts";
import { describeWith, run } from "./tools.ts";

const directory = temporaryDirectory();
afterEach(() => vi.unstubAllEnvs());

const ALL_TYPES = Object.keys(ARGUMENT_TYPES) as ArgumentType[];
const HASH = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/** What a tracer does: it counts the semaphores up, so that calls go through. */
function raise(probe: Pick<Tracepoint, "file">): void {
  new Uint16Array(loadLibrary(probe.file!).view("semaphores", 2))[0] = 1;
}

function refusal(action: () => unknown): Pick<CorelensError, "code" | "message"> {
  try {
    action();
  } catch (error) {
    return error as CorelensError;
  }
  throw new Error("nothing was refused");
}

describe("a declaration", () => {
  test("accepts the types of the contract except those that only other programs pass", () => {
    expectTypeOf<ArgumentType>().toEqualTypeOf<Exclude<FieldType, FloatType | "words">>();
  });

  test("infers the signature of the call from the types", () => {
    const added = tracepoint("mempool", "added", "hash", "int32", "int64", "bool");
    expectTypeOf(added).parameters.toEqualTypeOf<
      [string | Uint8Array, number, number | bigint, boolean]
    >();
    const many = tracepoints({ "mempool:added": ["string", "bytes"], "test:zero_args": [] });
    expectTypeOf(many["mempool:added"]).parameters.toEqualTypeOf<[string, Uint8Array]>();
    expectTypeOf(many["test:zero_args"]).parameters.toEqualTypeOf<[]>();
  });

  test.each([
    ["net-1", "message"],
    ["", "message"],
    ["net", "inbound message"],
    ["net", "a:b"],
    ["net", "größe"],
    ["net", "message\n"],
  ])("refuses the name %j:%j", (provider, name) => {
    expect(refusal(() => tracepoint(provider, name)).code).toBe("DECLARATION_INVALID");
  });

  test("refuses a key without a colon and names the key", () => {
    expect(refusal(() => tracepoints({ message: [] }))).toMatchObject({
      code: "DECLARATION_INVALID",
      message: expect.stringContaining('"message"'),
    });
  });

  test("accepts twelve arguments and refuses thirteen", () => {
    const types = new Array<ArgumentType>(13).fill("int32");
    expect(tracepoint("test", "twelve", ...types.slice(1)).active()).toBe(false);
    expect(refusal(() => tracepoint("test", "thirteen", ...types)).code).toBe(
      "DECLARATION_INVALID",
    );
  });

  test.each(["float", "toString"])("refuses the type %s and lists the valid types", (type) => {
    expect(refusal(() => tracepoint("test", "typed", type as ArgumentType))).toMatchObject({
      code: "DECLARATION_INVALID",
      message: expect.stringContaining("int64, uint64"),
    });
  });

  test("without tracepoints writes no file", () => {
    expect(tracepoints({}, { file: join(directory, "none.so") })).toEqual({});
    expect(existsSync(join(directory, "none.so"))).toBe(false);
  });

  test("does nothing on other systems", async () => {
    vi.resetModules();
    vi.doMock("../../src/kernel/platform.ts", () => ({ isTraceable: false }));
    const elsewhere = await import("../../src/usdt/declare/index.ts");
    vi.doUnmock("../../src/kernel/platform.ts");
    const probe = elsewhere.tracepoint("test", "inert", "int32");
    probe(7);
    expect(probe.active()).toBe(false);
    expect(probe.file).toBeNull();
    expect(refusal(() => elsewhere.tracepoint("not valid", "x")).code).toBe("DECLARATION_INVALID");
  });
});

describe.runIf(isTraceable)("a call", () => {
  test("does nothing, not even a check, while no tracer is attached", () => {
    const probe = tracepoint("test", "idle", "int32");
    (probe as (value: unknown) => void)("not a number");
    expect(probe.active()).toBe(false);
  });

  test("runs the probe while the semaphore is raised", () => {
    const probe = tracepoint("test", "every_type", ...(ALL_TYPES as ["int64"]));
    raise(probe);
    expect(probe.active()).toBe(true);
    const call = probe as unknown as (...values: unknown[]) => void;
    call(-1, 2n ** 64n - 1n, -1, 1, -1, 1, -1, 1, true, "text", HASH, new Uint8Array(4_000_000));
    call(0, 0, 0, 0, 0, 0, 0, 0, false, "", new Uint8Array(32), new Uint8Array(0));
  });

  test("with a wrong value throws an error that names the tracepoint, the argument and both types", () => {
    const probe = tracepoint("net", "refused", "int64", "string");
    raise(probe);
    expect(refusal(() => (probe as (...values: unknown[]) => void)(1, 2))).toMatchObject({
      code: "ARGUMENT_INVALID",
      message: "net:refused: argument 2 must be a string, not 2",
    });
  });
});

describe.runIf(isTraceable)("the file", () => {
  test("is readable for all users, independent of the umask", () => {
    const umask = process.umask(0o077);
    const { file } = tracepoint("test", "readable");
    process.umask(umask);
    expect(statSync(file!).mode & 0o777).toBe(0o755);
  });

  test("is created in the temporary directory and removed when the process exits", async () => {
    vi.stubEnv("TMPDIR", directory);
    vi.resetModules();
    const { tracepoint } = await import("../../src/usdt/declare/index.ts");
    const removers = process.listeners("exit");
    const files = ["fresh", "fresher"].map((name) => tracepoint("test", name).file);
    const form = new RegExp(`^${directory}/corelens-usdt-\\d+-${process.pid}-\\w+\\.so$`);
    expect(files).toEqual([expect.stringMatching(form), expect.stringMatching(form)]);
    const added = process.listeners("exit").filter((listener) => !removers.includes(listener));
    expect(added).toHaveLength(1);
    added[0]!(0);
    expect(files.map((file) => existsSync(file!))).toEqual([false, false]);
  });

  test("of a killed process is removed by the next process, which keeps files of running processes", () => {
    vi.stubEnv("TMPDIR", directory);
    const { pid: deadPid } = spawnSync("true");
    const namespace = statSync("/proc/self/ns/pid").ino;
    const dead = join(directory, `corelens-usdt-${namespace}-${deadPid}-00.so`);
    const alive = join(directory, `corelens-usdt-${namespace}-${process.ppid}-00.so`);
    const elsewhere = join(directory, `corelens-usdt-1${namespace}-${deadPid}-00.so`);
    for (const file of [dead, alive, elsewhere]) writeFileSync(file, "");
    tracepoint("test", "next");
    expect([dead, alive, elsewhere].map((file) => existsSync(file))).toEqual([false, true, true]);
  });

  test("of a given name keeps its inode as long as the tracepoints stay the same", () => {
    const file = join(directory, "named.so");
    const declare = () => tracepoints({ "test:named": ["int32"] }, { file });
    expect(declare()["test:named"].file).toBe(file);
    const { ino } = statSync(file);
    raise(declare()["test:named"]);
    expect(statSync(file).ino).toBe(ino);
  });

  test("of a given name is replaced, not overwritten, when its content differs", () => {
    const file = join(directory, "replaced.so");
    writeFileSync(file, "something else");
    const { ino } = statSync(file);
    tracepoints({ "test:replaced": [] }, { file });
    expect(statSync(file).ino).not.toBe(ino);
    expect(readFileSync(file).subarray(1, 4).toString()).toBe("ELF");
  });

  test("of a given name cannot hold two sets of tracepoints of one process", () => {
    const file = join(directory, "twice.so");
    tracepoints({ "test:once": [] }, { file });
    expect(refusal(() => tracepoints({ "test:twice": [] }, { file }))).toMatchObject({
      code: "FILE_UNWRITABLE",
      message: expect.stringContaining("other tracepoints of this process"),
    });
  });

  test("that cannot be written causes a clear error", () => {
    const file = join(directory, "missing", "probes.so");
    expect(refusal(() => tracepoints({ "test:unwritable": [] }, { file }))).toMatchObject({
      code: "FILE_UNWRITABLE",
      message: expect.stringContaining("missing/probes.so"),
    });
    vi.stubEnv("TMPDIR", join(directory, "missing"));
    expect(refusal(() => tracepoint("test", "unwritable")).code).toBe("FILE_UNWRITABLE");
  });
});

describe("the tracepoints that corelens reads", () => {
  test("equal the declared ones, for any declaration", () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_]{1,40}$/);
    const declaration = fc.record({
      provider: word,
      name: word,
      types: fc.array(fc.constantFrom(...ALL_TYPES), { maxLength: 12 }),
    });
    const machine = fc.constantFrom("x86-64" as const, "aarch64" as const);
    fc.assert(
      fc.property(
        machine,
        fc.array(declaration, { minLength: 1, maxLength: 20 }),
        (on, declared) => {
          const bytes = writeSharedObject(
            on,
            declared.map(({ provider, name, types }) => ({
              provider,
              name,
              ...probeSite(on, types),
            })),
          );
          const elf = readElf(bytesSource(bytes), "probes.so");
          const { probes: found, problems } = readProbes(elf);
          expect(problems).toEqual([]);
          expect(found.map(({ provider, name }) => ({ provider, name }))).toEqual(
            declared.map(({ provider, name }) => ({ provider, name })),
          );
          for (const [index, probe] of found.entries()) {
            expect(probe.arguments.map(({ size, signed }) => ({ size, signed }))).toEqual(
              declared[index]!.types.map((type) => ARGUMENT_TYPES[type]),
            );
            expect(
              probe.arguments.every(({ kind }) => kind === "register" || kind === "memory"),
            ).toBe(true);
            expect(probe.instruction).toBe(on === "x86-64" ? "nop5-ret" : "nop");
            expect(probe.semaphoreOffset! % 2).toBe(0);
          }
          expect(new Set(found.map((probe) => probe.semaphore)).size).toBe(found.length);
        },
      ),
    );
  });
});

test("a declared site keeps nothing below the stack pointer, where the kernel's call writes", () => {
  for (let count = 0; count <= 12; count++) {
    const { code } = probeSite("x86-64", Array<ArgumentType>(count).fill("int64"));
    // Only loads from (%rdi) into registers, the nop, ret.
    expect(Buffer.from(code).toString("hex")).toMatch(/^((48|4c)8b(4|5|6|7)[7f]..)*0f1f440000c3$/);
  }
});

/** The interpreter itself: gdb cannot run a wrapper script. */
const PYTHON = "/usr/bin/python3";

describe.runIf(isTraceable)("the declared tracepoints", () => {
  const probes = tracepoints({
    "net:inbound_message": ["int64", "string", "string", "string", "uint64", "bytes"],
    "test:all": ALL_TYPES,
    "test:zero_args": [],
  });
  const file = probes["test:all"].file!;

  describeNeeding([tool("readelf")], "readelf", () => {
    test("prints the widths and signs of every type", () => {
      const inMemory = "1@64(%rdi) 8@72(%rdi) 8@80(%rdi) 8@88(%rdi)";
      expect(run("readelf", "-nW", file).match(/Arguments:.*/g)).toEqual([
        "Arguments: -8@%rax 8@%rcx 8@%rdx 8@%rsi 8@%r8 8@%r9",
        `Arguments: -8@%rax 8@%rcx -4@%edx 4@%esi -2@%r8w 2@%r9w -1@%r10d 1@%r11d ${inMemory}`,
        "Arguments: ",
      ]);
    });
  });

  describeNeeding([tool("gdb"), tool(PYTHON)], "gdb", () => {
    test("lists the probes with their semaphores", () => {
      const found = run("gdb", "-batch", "-nx", "-ex", "info probes stap", file);
      expect(found).toMatch(/^stap net +inbound_message +0x[0-9a-f]+ +0x[0-9a-f]+/m);
      expect(found).toMatch(/^stap test +zero_args +0x[0-9a-f]+ +0x[0-9a-f]+/m);
    });

    test("reads all twelve arguments at a breakpoint, in a program of another language", () => {
      const program = join(directory, "call.py");
      writeFileSync(
        program,
        `import ctypes, struct, sys
slots = struct.pack("<qQqQqQqQQ3Q", -9, 2**64 - 1, -3, 4, -5, 6, -7, 8, 1, 10, 11, 12)
ctypes.CDLL(sys.argv[1])["test:all"](ctypes.c_char_p(slots))`,
      );
      const commands = join(directory, "commands.gdb");
      writeFileSync(
        commands,
        `set breakpoint pending on
break -probe-stap test:all
run
${ALL_TYPES.map((_, index) => `output $_probe_arg${index}`).join("\necho \\040\n")}`,
      );
      const output = run("gdb", "-batch", "-nx", "-x", commands, "--args", PYTHON, program, file);
      expect(output.split("\n").at(-1)).toBe("-9 18446744073709551615 -3 4 -5 6 -7 8 1 10 11 12");
    });
  });

  describeWith(["tplist-bpfcc"], "tplist", () => {
    test("lists every name with its number of arguments", () => {
      const found = run("tplist-bpfcc", "-v", "-l", file);
      expect(found).toMatch(/net:inbound_message \[sema 0x\w+\]\n.*1 location.*\n.*6 argument/);
      expect(found).toMatch(/test:all \[sema 0x\w+\]\n.*1 location.*\n.*12 argument/);
    });
  });
});

describeNeeding([tool("llvm-objdump")], "the code for aarch64", () => {
  test("loads each slot into its register", () => {
    const object = join(directory, "aarch64.so");
    const probe = { provider: "test", name: "arm", ...probeSite("aarch64", ALL_TYPES) };
    writeFileSync(object, writeSharedObject("aarch64", [probe]));
    const code = run("llvm-objdump", "-d", "--no-show-raw-insn", object);
    const instructions = [...code.matchAll(/^ +[0-9a-f]+:\s+(.*)$/gm)].map(([, text]) =>
      text!
        .trim()
        .replace(/\s+/g, " ")
        // Newer versions print displacements in hexadecimal.
        .replace(/0x[0-9a-f]+/, (hexadecimal) => `${Number(hexadecimal)}`),
    );
    const loads = ALL_TYPES.slice(1).map((_, i) => `ldr x${i + 2}, [x0, #${8 * (i + 1)}]`);
    expect(instructions.slice(0, 14)).toEqual(["ldr x1, [x0]", ...loads, "nop", "ret"]);
  });
});
