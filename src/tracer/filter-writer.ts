import { type Assembler, type Label, type Operand, reg } from "../bpf/assembler.ts";
import { FP, type Comparison as Jump, R0, R1, R2, R3, R7, R8 } from "../bpf/instruction.ts";
import {
  type Comparison,
  type Condition,
  type FlagTest,
  fieldsOf,
  type HashTest,
  type Membership,
  MIN_UNSIGNED,
  signOf,
  type TextTest,
} from "../query/condition.ts";
import type { ComparisonOperator } from "../query/expression.ts";
import type { ArgumentLoader } from "./argument-loader.ts";
import { bytesToRead } from "./filter-plan.ts";
import { IntegerWriter } from "./integer-writer.ts";

/**
 * Writes the instructions that test a condition at one site. Each test jumps to `yes` or to `no`; it needs no jump to
 * the label that follows it.
 *
 *     a && (b || c)        a ──yes──► b ──no──► c ──yes──► go on
 *                          │no        └──yes────────────────▲
 *                          ▼                    │no
 *                      unmatched ◄──────────────┘
 *
 * A test with an unknown value (unreadable memory, division by zero) goes to `yes`: the program drops an event only
 * when the condition is certainly false. Tests of registers come before tests of memory.
 */
export class FilterWriter {
  readonly #asm: Assembler;
  readonly #loader: ArgumentLoader;
  readonly #integers: IntegerWriter;

  constructor(asm: Assembler, loader: ArgumentLoader) {
    this.#asm = asm;
    this.#loader = loader;
    this.#integers = new IntegerWriter(asm, loader);
  }

  /** Jumps to `unmatched` when the condition is false; otherwise continues. Keeps R6 and R9. */
  write(condition: Condition, unmatched: Label): void {
    const matched = this.#asm.label();
    this.#decide(condition, { yes: matched, no: unmatched, next: matched });
    this.#asm.place(matched);
  }

  #decide(condition: Condition, ways: Ways): void {
    switch (condition.kind) {
      case "constant":
        this.#go(condition.value ? ways.yes : ways.no, ways);
        break;
      case "all":
      case "any":
        this.#connect(condition.kind, condition.operands, ways);
        break;
      case "flag":
        this.#testFlag(condition, ways);
        break;
      case "comparison":
        this.#compare(condition, ways);
        break;
      case "float":
        throw new Error("a program compares no floating-point numbers");
      case "membership":
        this.#testMembership(condition, ways);
        break;
      case "hash":
        this.#testHash(condition, ways);
        break;
      case "text":
        this.#testText(condition, ways);
    }
  }

  #connect(kind: "all" | "any", operands: readonly Condition[], ways: Ways): void {
    const cheapestFirst = operands.toSorted((a, b) => this.#reads(a) - this.#reads(b));
    const last = cheapestFirst.pop()!;
    for (const operand of cheapestFirst) {
      const next = this.#asm.label();
      this.#decide(operand, { ...ways, [kind === "all" ? "yes" : "no"]: next, next });
      this.#asm.place(next);
    }
    this.#decide(last, ways);
  }

  /** The number of times that a condition reads memory. */
  #reads(condition: Condition): number {
    const fields = fieldsOf(condition);
    const inMemory = fields.filter(
      ({ argument }) => argument !== null && this.#loader.isInMemory(argument),
    );
    const behindPointers = fields.filter(({ type }) => type === "string" || type === "hash");
    return inMemory.length + behindPointers.length;
  }

  #testFlag({ field, negated }: FlagTest, ways: Ways): void {
    this.#integers.load(R7, field, ways.yes);
    this.#jumpIf(negated ? "==" : "!=", 0, ways);
  }

  #compare({ operator, left, right }: Comparison, ways: Ways): void {
    const asm = this.#asm;
    const operand = this.#integers.writeBoth(left, right, ways.yes);
    const signs = { left: signOf(left), right: signOf(right) };
    if (signs.left !== "unsigned" && signs.right !== "unsigned") {
      this.#jumpIf(SIGNED[operator], operand, ways);
      return;
    }
    // A negative number is less than every unsigned number.
    if (signs.left === "signed") asm.jumpIf(R7, "s<", 0, IF_LESS[operator] ? ways.yes : ways.no);
    if (signs.right === "signed") {
      if (typeof operand === "number") asm.mov(R8, operand);
      asm.jumpIf(R8, "s<", 0, IF_GREATER[operator] ? ways.yes : ways.no);
    }
    this.#jumpIf(operator, operand, ways);
  }

  #testMembership({ subject, among, negated }: Membership, ways: Ways): void {
    const [inside, outside] = negated ? [ways.no, ways.yes] : [ways.yes, ways.no];
    this.#integers.write(subject, ways.yes);
    const sign = signOf(subject);
    for (const value of among) {
      // A literal outside the subject's range can have the same 64 bits as a value inside it: -1 and 2^64 - 1.
      const isPossible = sign === "unsigned" ? value >= 0n : value < MIN_UNSIGNED;
      if (isPossible) this.#asm.jumpIf(R7, "==", this.#integers.literal(value), inside);
    }
    this.#go(outside, ways);
  }

  #testHash({ subject, among, negated }: HashTest, ways: Ways): void {
    const [inside, outside] = negated ? [ways.no, ways.yes] : [ways.yes, ways.no];
    this.#integers.load(R8, subject, ways.yes);
    this.#loader.copyToStack(HASH_SIZE);
    this.#asm.jumpIf(R0, "!=", 0, ways.yes);
    for (const hash of among) {
      // Memory has the bytes in reverse order.
      const bytes = Buffer.from(hash, "hex").reverse();
      this.#jumpIfEqual(wordsOf(bytes), HASH_SIZE, inside);
    }
    this.#go(outside, ways);
  }

  #testText({ subject, among, negated }: TextTest, ways: Ways): void {
    const [inside, outside] = negated ? [ways.no, ways.yes] : [ways.yes, ways.no];
    const size = bytesToRead(among);
    this.#integers.load(R8, subject, ways.yes);
    this.#copyText(size, ways.yes);
    for (const { test, bytes } of among) {
      const wanted = Buffer.from(test === "equals" ? `${bytes}\0` : bytes, "latin1");
      this.#jumpIfEqual(wordsOf(wanted), size, inside);
    }
    this.#go(outside, ways);
  }

  /** Copies the text at R8 to the end of the stack, at most `size` bytes. The bytes after its NUL are undefined. */
  #copyText(size: number, unreadable: Label): void {
    const asm = this.#asm;
    const copied = asm.label();
    this.#loader.copyToStack(size);
    asm.jumpIf(R0, "==", 0, copied);
    // A short text may end just before memory that cannot be read.
    asm
      .mov(R1, reg(FP))
      .alu("add", R1, -size)
      .mov(R2, size)
      .mov(R3, reg(R8))
      .call("probe_read_user_str")
      .jumpIf(R0, "s<=", 0, unreadable)
      .place(copied);
  }

  /** Jumps to `equal` when the `size` bytes at the end of the stack begin with these words. */
  #jumpIfEqual(words: readonly Word[], size: number, equal: Label): void {
    const asm = this.#asm;
    const different = asm.label();
    for (const [i, { value, mask }] of words.entries()) {
      asm.load(8, R1, FP, 8 * i - size);
      if (mask !== null) asm.loadImmediate64(R2, mask).alu("and", R1, reg(R2));
      asm.loadImmediate64(R2, value).jumpIf(R1, "!=", reg(R2), different);
    }
    asm.jump(equal).place(different);
  }

  /** Goes to `yes` when `R7 JUMP operand`, else to `no`. */
  #jumpIf(jump: Jump, operand: Operand, ways: Ways): void {
    this.#asm.jumpIf(R7, jump, operand, ways.yes);
    this.#go(ways.no, ways);
  }

  #go(to: Label, { next }: Ways): void {
    if (to !== next) this.#asm.jump(to);
  }
}

/** The labels of a test's two results, and the label that follows the test. */
interface Ways {
  readonly yes: Label;
  readonly no: Label;
  readonly next: Label;
}

/** Eight bytes as a register holds them. The mask selects the bytes to compare; null selects all. */
interface Word {
  readonly value: bigint;
  readonly mask: bigint | null;
}

const HASH_SIZE = 32;

function wordsOf(bytes: Buffer): Word[] {
  return Array.from({ length: Math.ceil(bytes.length / 8) }, (_, i) => {
    const part = bytes.subarray(8 * i, 8 * i + 8);
    const mask = part.length === 8 ? null : (1n << BigInt(8 * part.length)) - 1n;
    return { value: Buffer.concat([part, PADDING], 8).readBigUInt64LE(), mask };
  });
}

const PADDING = Buffer.alloc(8);

const SIGNED = {
  "==": "==",
  "!=": "!=",
  "<": "s<",
  "<=": "s<=",
  ">": "s>",
  ">=": "s>=",
} as const satisfies Record<ComparisonOperator, Jump>;

/** Whether a comparison holds when its left side is less, or greater, than its right side. */
const IF_LESS = { "==": false, "!=": true, "<": true, "<=": true, ">": false, ">=": false };
const IF_GREATER = { "==": false, "!=": true, "<": false, "<=": false, ">": true, ">=": true };
