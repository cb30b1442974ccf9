import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Assembler } from "../../src/bpf/assembler.ts";
import { R0 } from "../../src/bpf/instruction.ts";
import { CorelensError } from "../../src/errors.ts";
import { Query } from "../../src/query/query.ts";
import { ArgumentLoader } from "../../src/tracer/argument-loader.ts";
import {
  MAX_FILTER_INSTRUCTIONS,
  maxInstructions,
  planFilter,
} from "../../src/tracer/filter-plan.ts";
import { FilterWriter } from "../../src/tracer/filter-writer.ts";
import { parseArgument } from "../../src/usdt/parse-argument.ts";
import { ALL } from "../query/fields.ts";
import { anyQuery } from "../query/random.ts";
import { field } from "./fields.ts";

const plan = (query: string) => planFilter(new Query(query).parts("test:all", ALL));

describe("the plan of a query", () => {
  it("leaves to the reader only what programs cannot decide", () => {
    const text = 'size > 1000 && ends_with(address, ":8333") && msg_type == "inv" && coinbase';
    expect(plan(text)).toMatchObject({
      inKernel: ["size > 1000", 'msg_type == "inv"', "coinbase"],
      inReader: { texts: ['ends_with(address, ":8333")'], arguments: new Set([12]) },
    });
  });

  it("has no condition for programs when there is none", () => {
    const text = 'contains(address, "a") && (coinbase || ends_with(msg_type, "b") || cpu == 1)';
    expect(plan(text)).toMatchObject({
      condition: null,
      inKernel: [],
      inReader: { arguments: new Set([8, 11, 12]) },
    });
  });

  it.each([
    ['msg_type == "L"', 127, 1],
    ['msg_type == "L"', 128, 0],
    ['starts_with(msg_type, "L")', 128, 1],
    ['starts_with(msg_type, "L")', 129, 0],
    ['msg_type in ("a", "L")', 128, 0],
  ])("compares texts in programs up to a sensible length: %s of %i", (query, length, inKernel) => {
    expect(plan(query.replace("L", "x".repeat(length))).inKernel).toHaveLength(inKernel);
  });

  it("fills programs with what there is room for", () => {
    const split = plan(Array(60).fill("fee % fee % fee % fee % fee > 1").join(" && "));
    expect(split.inKernel.length).toBeGreaterThan(40);
    expect(split.inKernel.length).toBeLessThan(60);
    expect(split.inKernel.length + split.inReader.texts.length).toBe(60);
    expect(maxInstructions(split.condition!)).toBeLessThanOrEqual(MAX_FILTER_INSTRUCTIONS);
  });
});

const TYPES = [
  ...(["int64", "uint64", "int32", "uint32", "int16", "uint8"] as const),
  ...(["bool", "string", "hash"] as const),
];

describe("a filter", () => {
  it.each(["-4@-8(%rbx,%rcx,8)", "8@-8(%rbx,%rcx,8)", "8@%rax", "1@%ah", "8@$-1", "8@%xmm0"])(
    "takes no more instructions than are set aside for it, with arguments at %s",
    (place) => {
      const argument = parseArgument(place, "x86-64", { address: 0, symbol: () => null });
      const arguments_ = TYPES.map(() => argument);
      const fields = TYPES.map((type, i) => ({ field: field(`arg${i}`, type), argument: i }));
      fc.assert(
        fc.property(anyQuery(TYPES, ["starts_with"]), fc.boolean(), (text, sleepable) => {
          const { condition } = planOrNothing(text, fields);
          fc.pre(condition !== null);
          const asm = new Assembler();
          const unmatched = asm.label();
          const loader = new ArgumentLoader(asm, arguments_, sleepable);
          new FilterWriter(asm, loader).write(condition, unmatched);
          const code = asm.mov(R0, 1).exit().place(unmatched).mov(R0, 0).exit().finish();
          expect(code.length / 8 - 4).toBeLessThanOrEqual(maxInstructions(condition));
        }),
        { numRuns: 500 },
      );
    },
  );
});

function planOrNothing(text: string, fields: typeof ALL) {
  try {
    return planFilter(new Query(text).parts("", fields));
  } catch (error) {
    if (error instanceof CorelensError) return { condition: null };
    throw error;
  }
}
