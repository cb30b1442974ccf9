import { join } from "node:path";
import { expect, it } from "vitest";
import { attach } from "../../src/session/attach/attach.ts";
import { explain } from "../../src/session/attach/explain.ts";
import { CALL_NOP5_RET, compileSites, NOP5_RET } from "../helpers/assembly.ts";
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
  { argument: "-8@8+numbers(%rip)", before: CALL_NOP5_RET, value: -2000, instruction: NOP5_RET },
  {
    argument: "8@%rax",
    before: `${DIRTY}\n ${CALL_NOP5_RET}`,
    value: 0xf1e2d3c4b5a69788n,
    instruction: NOP5_RET,
  },
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
  { argument: "8f@%rax", before: "movabs $0x4006000000000000, %rax", value: 2.75 },
  { argument: "4f@%edx", before: "mov $0x3f000000, %edx", value: 0.5 },
  { argument: "8f@40(%rbx)", value: -1.5 },
  { argument: "-4f@48(%rbx)", value: 0.25 },
  { argument: "8f@%rax", before: "movabs $0x7ff0000000000000, %rax", value: Infinity },
  { argument: "%rax", before: "mov $42, %eax", value: 42 },
  { argument: "(%rbx)", value: 1000 },
  { argument: "$7", value: 7 },
  { argument: "16@%rax", before: "mov $3, %eax\n mov $4, %edx", value: [3, 4] },
  { argument: "-16@%rsi", before: "mov $-1, %rsi\n mov $5, %edi", value: [2n ** 64n - 1n, 5] },
  { argument: "24@(%rbx)", value: [1000, 2n ** 64n - 2000n, 2n ** 64n - 3n] },
  { argument: "12@(%rbx)", value: [1000, 2 ** 32 - 2000] },
  { argument: "3@bytes(%rip)", value: [0x030201] },
  { argument: "5@bytes(%rip)", value: [0x0504030201] },
  { argument: "24@(%rbx)", before: "mov $16, %ebx", value: null },
  { argument: "24@%rax", value: null },
  { argument: "16f@(%rbx)", value: null },
  { argument: "8@%xmm0", value: null },
  { argument: "8f@%xmm0", value: null },
  { argument: "8@(%rbx)", before: "mov $16, %ebx", value: null },
];

const DATA = `
numbers: .quad 1000, -2000, -3, 4000, 5
.double -1.5
.float 0.25, 0
bytes: .byte 1, 2, 3, 4, 5, 6
words: .asciz "grün ₿"
.balign 8
pointers: .quad words
hash: .byte 0xa0
.zero 30
.byte 0x1f
`;

const VECTOR = expect.stringContaining("vector register");

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

  it("that is unreadable at some site passes no filter there, and is counted", async () => {
    const path = join(directory, "sites");
    const sites = [
      { name: "form:both", arguments: "4@%eax -4@%edx", before: "mov $5, %eax\n mov $1, %edx" },
      { name: "form:both", arguments: "4@%xmm0 -4@%edx", before: "mov $1, %edx" },
    ];
    compileSites(path, sites, DATA);
    const target = await TargetProgram.start(path);
    const passing = async (where: string) => {
      const session = attach({ target: target.pid, tracepoints: ["form:both"], where });
      await target.run("fire");
      const events = await everything(session);
      const { delivered, undecided } = session.tallies().get("form:both")!;
      const notices = events.filter(({ tracepoint }) => tracepoint === "corelens:unreadable");
      expect(notices).toMatchObject([
        { field: "arg0", argument: "4@%xmm0", sites: 1, of: 2, reason: VECTOR },
      ]);
      const values = withoutNotices(events).map(({ arg0 }) => arg0);
      expect(values).toHaveLength(delivered);
      return { values, undecided };
    };
    const only = { values: [5], undecided: 1 };
    const none = { values: [], undecided: 1 };
    expect(await passing("arg0 == 5")).toEqual(only);
    expect(await passing("arg0 != 5")).toEqual(none);
    expect(await passing("!(arg0 == 5)")).toEqual(none);
    expect(await passing("arg0 == 5 && arg1 == 2")).toEqual({ values: [], undecided: 0 });
    expect(await passing("arg0 == 5 || arg1 == 1")).toEqual({ values: [5, null], undecided: 0 });
  });

  it.each(["arg0 == 5", "arg0 != 5", "!(arg0 == 5)", "arg1 == 1 || arg0 == 5"])(
    "that is unreadable at all sites makes the filter %s fail before anything is attached",
    (where) => {
      const path = join(directory, "unreadable");
      compileSites(path, [{ name: "form:none", arguments: "8@%xmm0 4@%eax" }], DATA);
      const session = () => attach({ target: path, tracepoints: ["form:none"], where });
      expect(session).toThrow(/arg0 of form:none cannot be read: 8@%xmm0: .*vector register/);
      expect(() => explain(path, { patterns: ["form:none"], fields: null, where })).toThrow(
        /arg0 of form:none cannot be read/,
      );
    },
  );

  it("that is a floating-point number is compared by the reader", async () => {
    const path = join(directory, "floats");
    const before = "movabs $0x4006000000000000, %rax\n mov $0x3dcccccd, %edx";
    compileSites(path, [{ name: "form:float", arguments: "8f@%rax 4f@%edx", before }], DATA);
    const target = await TargetProgram.start(path);
    const passes = async (where: string) => {
      const session = attach({ target: target.pid, tracepoints: ["form:float"], where });
      await target.run("fire");
      return withoutNotices(await everything(session)).length === 1;
    };
    expect(await passes("arg0 > 2.5")).toBe(true);
    expect(await passes("2.5 > arg0")).toBe(false);
    expect(await passes("arg0 in (1, 2.75) && arg1 == 0.1")).toBe(true);
    expect(await passes("!(arg0 >= -3)")).toBe(false);
    expect(() =>
      attach({ target: target.pid, tracepoints: ["form:float"], where: "arg0 + 1 > 2" }),
    ).toThrow(/an integer is expected, but arg0 is a float64/);
  });

  it("of block_connected as it was after PR 22006 is known by its name", async () => {
    const path = join(directory, "pr22006");
    const sites = [
      {
        name: "validation:block_connected",
        arguments: "8@%rbx -4@%eax 8@%rcx -4@%edx -8@%rsi -8@%rdi 8@%r8",
        before: [
          "lea words(%rip), %rbx",
          ...["mov $7, %eax", "mov $2, %ecx", "mov $3, %edx", "mov $400, %esi"],
          ...["mov $1500, %edi", "lea hash(%rip), %r8"],
        ].join("\n"),
      },
    ];
    compileSites(path, sites, DATA);
    const target = await TargetProgram.start(path);
    const session = attach({ target: target.pid, tracepoints: ["validation:block_connected"] });
    await target.run("fire");
    expect(withoutNotices(await everything(session))).toMatchObject([
      {
        hash_text: "grün ₿",
        height: 7,
        transactions: 2,
        inputs: 3,
        sigops_cost: 400,
        duration_us: 1500,
        hash: `${"1f".padEnd(62, "0")}a0`,
      },
    ]);
  });
});
