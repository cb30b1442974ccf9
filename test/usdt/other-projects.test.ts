import { describe, expect, it } from "vitest";
import type { Machine } from "../../src/elf/header.ts";
import { parseArgument, splitArguments } from "../../src/usdt/parse-argument.ts";

/**
 * Forms of arguments that tests of libbpf, BCC, bpftrace and gdb have, and what they read there: the kind of place and
 * the width. Symbols are known, as they are in the programs of these tests.
 */
const SITE = { address: 0x1000, symbol: () => ({ value: 0x4000, fixed: false }) };

function read(texts: string, machine: Machine): [string, string, number | null][] {
  return splitArguments(texts).map((text) => {
    const { kind, size } = parseArgument(text, machine, SITE);
    return [text, kind, size];
  });
}

describe("arguments of other projects' tests", () => {
  it.each([
    // BCC: tests/cc/test_usdt_args.cc
    ["-4@$0", "constant"],
    ["8@$1234", "constant"],
    ["1@$-3", "constant"],
    ["-2@$0x1f", "constant"],
    ["8@%rdi", "register"],
    ["8@%rax", "register"],
    ["8@%rsi", "register"],
    ["-4@%ecx", "register"],
    ["4@%r10d", "register"],
    ["2@%r11w", "register"],
    ["2@%r12w", "register"],
    ["1@%r13b", "register"],
    ["1@%sil", "register"],
    ["1@%ah", "register"],
    ["-8@(%rdi)", "memory"],
    ["8@4(%rsi)", "memory"],
    ["-4@(%rbx)", "memory"],
    ["-8@-16(%rbp)", "memory"],
    ["-4@24+mp_(%rip)", "memory"],
    // A symbol is subtracted: no address. BCC passes over the sign.
    ["-4@24-mp_(%rip)", "unreadable"],
    ["-4@mp_+4(%rip)", "memory"],
    ["-4@global_max_action(%rip)", "memory"],
    ["-4@(%rax,%rbx,1)", "memory"],
    ["-4@(%rax,%rbx,8)", "memory"],
    ["8@(%rbx,%r12)", "memory"],
    ["-4@-1(%rax,%rbx,2)", "memory"],
    ["-4@(,%rax,8)", "memory"],
    ["-4@-4(,%rax,8)", "memory"],
    // libbpf: usdt.c, parse_usdt_arg, and selftests
    ["-4@-1204(%rbp)", "memory"],
    ["-4@%edi", "register"],
    ["-4@$5", "constant"],
    ["8@-96(%rbp,%rax,8)", "memory"],
    ["4@t1(%rip)", "memory"],
    // gdb: gdb.arch/amd64-stap-*, gdb.base/stap-probe
    ["4@-4+8-20(%rbp)", "memory"],
    ["8@-16(%rsp)", "memory"],
    ["%rbx", "register"],
    ["-8(%rbp)", "memory"],
    ["$42", "constant"],
    ["8f@%rax", "register"],
    ["4f@%edx", "register"],
  ])("%s is read on x86-64", (text, kind) => {
    const size = Number(/^-?(\d+)f?@/.exec(text)?.[1] ?? 8);
    expect(read(text, "x86-64")).toEqual([[text, kind, size]]);
  });

  it.each([
    ["-1@x0", "register"],
    ["4@5", "constant"],
    ["-4@w1", "register"],
    ["-8@[x12]", "memory"],
    ["-4@[x30,-40]", "memory"],
    ["-4@[sp, 12]", "memory"],
    ["-4@[x1, x2]", "memory"],
    ["8@[x0, x3, lsl 3]", "memory"],
    ["-4@[sp, #20]", "memory"],
    ["2@[x31,0]", "memory"],
    ["8@x31", "register"],
    ["4@-1", "constant"],
    ["8f@x4", "register"],
    ["4f@w5", "register"],
  ])("%s is read on aarch64", (text, kind) => {
    const size = Number(/^-?(\d+)f?@/.exec(text)?.[1]);
    expect(read(text, "aarch64")).toEqual([[text, kind, size]]);
  });

  it("the arguments of powerpc and s390x are split and have their widths", () => {
    expect(read("-4@%r5 8@0(3) 8@i2 -2@128(%r15)", "ppc64")).toEqual([
      ["-4@%r5", "foreign", 4],
      ["8@0(3)", "foreign", 8],
      ["8@i2", "foreign", 8],
      ["-2@128(%r15)", "foreign", 2],
    ]);
  });
});
