import { describe, expect, it } from "vitest";
import type { FieldType } from "../../src/contract/types.ts";
import { programsOf } from "../../src/tracer/attachment.ts";
import { compileProgram, type SiteCode } from "../../src/tracer/program.ts";
import { layOut } from "../../src/tracer/record-layout.ts";
import { deliver } from "../../src/tracer/record-writer.ts";
import { parseArgument } from "../../src/usdt/parse-argument.ts";
import { field } from "./fields.ts";

/** A site whose arguments are all of one form, twelve of them. */
function site(type: FieldType, argument: string, payload = false): SiteCode {
  const fields = Array.from({ length: 12 }, (_, i) => field(`arg${i}`, type));
  if (payload) fields[11] = field("payload", "bytes", { length: "arg0" });
  const place = { address: 0, symbol: () => null };
  return {
    arguments: fields.map(() => parseArgument(argument, "x86-64", place)),
    action: deliver(layOut(0, "a:b", fields, new Set(fields.map(({ name }) => name))), {
      ring: 3,
      shared: 4,
    }),
  };
}

const instructions = (sites: readonly SiteCode[], sleepable = true) =>
  compileProgram(sites, { sleepable, shared: 4, set: 0, pidNamespace: null }).length / 8;

describe("a program", () => {
  it.each([true, false])("holds as many sites as it can, whatever they take (%s)", (sleepable) => {
    const largest = site("string", "-4@-8(%rbx,%rcx,8)", true);
    const smallest = site("uint8", "1@$5");
    const sites = [largest, smallest].flatMap((each) => Array<SiteCode>(60).fill(each));
    const target = { sleepable, shared: 4, set: 0, pidNamespace: null } as const;
    const programs = programsOf(sites, target);
    expect(programs.flat()).toEqual(sites);
    const sizes = programs.map((group) => instructions(group, sleepable));
    for (const size of sizes.slice(0, -1)) expect(size).toBeGreaterThan(25_000);
  });

  it("takes only what its arguments need", () => {
    const constants = instructions([site("uint8", "1@$5")]);
    const registers = instructions([site("uint64", "8@%rax")]);
    expect(registers).toBeLessThan(constants);
    expect(instructions([site("string", "8@%rax")])).toBeGreaterThan(registers);
  });

  it("has no code for reading what cannot be read", () => {
    const unreadable = site("string", "8@%xmm0", true);
    const readable = site("string", "8@%rax", true);
    expect(instructions([unreadable])).toBeLessThan(instructions([readable]) / 5);
  });
});
