import { join } from "node:path";
import { expect, it } from "vitest";
import { attach } from "../../src/session/attach.ts";
import { compileSites, NOP5 } from "../helpers/assembly.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { everything, withoutNotices } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";

interface Form {
  readonly argument: string;
  readonly before?: string;
  readonly instruction?: string;
  /** To be asked for; the width and sign of the argument when left out. */
  readonly type?: string;
  /** Null when it cannot be read. */
  readonly value: unknown;
}

/** Registers hold more than the argument's own bytes. */
const DIRTY = "movabs $0xf1e2d3c4b5a69788, %rax";
const SMALL = "movabs $0x1122334455667708, %rax";

const FORMS: readonly Form[] = [
  { argument: "8@%rax", before: DIRTY, value: 0xf1e2d3c4b5a69788n },
  { argument: "-8@%rax", before: DIRTY, value: BigInt.asIntN(64, 0xf1e2d3c4b5a69788n) },
  { argument: "4@%eax", before: DIRTY, value: 0xb5a69788 },
  { argument: "-4@%eax", before: DIRTY, value: 0xb5a69788 | 0 },
  { argument: "2@%ax", before: DIRTY, value: 0x9788 },
  { argument: "-2@%ax", before: DIRTY, value: 0x9788 - 0x10000 },
  { argument: "1@%al", before: DIRTY, value: 0x88 },
  { argument: "-1@%al", before: DIRTY, value: 0x88 - 0x100 },
  { argument: "1@%ah", before: DIRTY, value: 0x97 },
  { argument: "-1@%ah", before: SMALL, value: 0x77 },
  { argument: "-4@%ax", before: SMALL, value: 0x55667708 },
  { argument: "8@%r8", before: "mov $0x1234, %r8", value: 0x1234 },
  { argument: "-4@%r15d", before: "mov $-2, %r15", value: -2 },
  { argument: "2@%r10w", before: "mov $-2, %r10", value: 0xfffe },
  { argument: "1@%sil", before: "mov $0x1ff, %rsi", value: 0xff },
  { argument: "8@%rbp", before: "lea numbers(%rip), %rbp\n mov (%rbp), %rbp", value: 1000 },
  { argument: "8@%rax", before: "movabs $0x1fffffffffffff, %rax", value: Number.MAX_SAFE_INTEGER },
  { argument: "8@%rax", before: "movabs $0x20000000000000, %rax", value: 2n ** 53n },
  { argument: "8@%rax", before: "mov $-1, %rax", value: 2n ** 64n - 1n },
  { argument: "-8@%rax", before: "movabs $-0x20000000000000, %rax", value: -(2 ** 53) },
  { argument: "-8@%rax", before: "movabs $-0x20000000000001, %rax", value: -(2n ** 53n) - 1n },
  { argument: "-8@%rax", before: "movabs $-0x8000000000000000, %rax", value: -(2n ** 63n) },
  { argument: "1@%al", before: "mov $0xffffff00, %eax", type: "bool", value: false },
  { argument: "1@%al", before: "mov $0xffffff01, %eax", type: "bool", value: true },
  { argument: "1@%al", before: "mov $0x80, %eax", type: "bool", value: true },
  { argument: "8@(%rbx)", value: 1000 },
  { argument: "-8@8(%rbx)", value: -2000 },
  { argument: "4@8(%rbx)", value: 2 ** 32 - 2000 },
  { argument: "-4@8(%rbx)", value: -2000 },
  { argument: "2@8(%rbx)", value: 2 ** 16 - 2000 },
  { argument: "-2@8(%rbx)", value: -2000 },
  { argument: "1@8(%rbx)", value: 48 },
  { argument: "-1@16(%rbx)", value: -3 },
  { argument: "8@-8(%rbx,%rcx,8)", before: "mov $4, %ecx", value: 4000 },
  { argument: "-8@(%rbx,%rcx,8)", before: "mov $1, %ecx", value: -2000 },
  { argument: "-8@(%rbx,%rcx)", before: "mov $8, %ecx", value: -2000 },
  { argument: "8@32(%rbx,%rcx,2)", before: "mov $-4, %rcx", value: 4000 },
  { argument: "8@(,%rcx,8)", before: "mov %rbx, %rcx\n shr $3, %rcx", value: 1000 },
  { argument: "-4@-12(%rsp)", before: "movl $-77, -12(%rsp)", value: -77 },
  { argument: "8@numbers(%rip)", value: 1000 },
  { argument: "-8@numbers+8(%rip)", value: -2000 },
  { argument: "-8@8+numbers(%rip)", value: -2000, instruction: NOP5 },
  { argument: "8@%rax", before: DIRTY, value: 0xf1e2d3c4b5a69788n, instruction: NOP5 },
  { argument: "8@$5", value: 5 },
  { argument: "-8@$-5", value: -5 },
  { argument: "-4@$-1", value: -1 },
  { argument: "4@$-1", value: 2 ** 32 - 1 },
  { argument: "2@$-1", value: 2 ** 16 - 1 },
  { argument: "1@$1", type: "bool", value: true },
  { argument: "8@$-1", value: 2n ** 64n - 1n },
  { argument: "-8@$-9223372036854775808", value: -(2n ** 63n) },
  { argument: "8@%rbx", before: "lea words(%rip), %rbx", type: "string", value: "grün ₿" },
  {
    argument: "8@16(%rbx)",
    before: "lea pointers-16(%rip), %rbx",
    type: "string",
    value: "grün ₿",
  },
  {
    argument: "8@%rax",
    before: "lea hash(%rip), %rax",
    type: "hash",
    value: `${"1f".padEnd(62, "0")}a0`,
  },
  { argument: "8@%rax", before: "xor %eax, %eax", type: "hash", value: null },
  { argument: "8@%xmm0", value: null },
  { argument: "8f@%xmm0", value: null },
  { argument: "8@(%rbx)", before: "mov $16, %ebx", value: null },
];

const DATA = `
numbers: .quad 1000, -2000, -3, 4000
words: .asciz "grün ₿"
.balign 8
pointers: .quad words
hash: .byte 0xa0
.zero 30
.byte 0x1f
`;

describeNeeding([rightsToTrace, compiler], "an argument", () => {
  const directory = temporaryDirectory();

  it.each([
    ["position-independent", "-pie"],
    ["at fixed addresses", "-no-pie"],
  ])("arrives with its value in every form, in a program %s", async (_, flag) => {
    const path = join(directory, flag);
    const sites = FORMS.map((form, i) => ({
      ...form,
      name: `form:n${i}`,
      arguments: form.argument,
    }));
    compileSites(path, sites, DATA, [flag]);
    const target = await TargetProgram.start(path);

    const seen: unknown[] = [];
    for (const type of new Set(FORMS.map((form) => form.type))) {
      const chosen = [...FORMS.entries()].filter(([, form]) => form.type === type);
      const session = attach({
        target: target.pid,
        tracepoints: chosen.map(([i]) => `form:n${i}`),
        fields: [type ? `arg0:${type}` : "arg0"],
      });
      await target.run("fire");
      for (const event of withoutNotices(await everything(session))) {
        const { tracepoint, arg0, unreadable } = event;
        const index = Number(tracepoint.slice("form:n".length));
        seen[index] = { ...FORMS[index], value: arg0, unreadable };
      }
    }
    const expected = FORMS.map((form) => ({
      ...form,
      unreadable: form.value === null ? ["arg0"] : undefined,
    }));
    expect(seen).toEqual(expected);
  });
});
