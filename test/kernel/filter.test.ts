import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Field } from "../../src/contract/types.ts";
import { CorelensError } from "../../src/errors.ts";
import { addressOf, map } from "../../src/kernel/libc.ts";
import { all, type Condition } from "../../src/query/condition.ts";
import { compile } from "../../src/query/evaluate.ts";
import { MAX_NESTING } from "../../src/query/parser.ts";
import { Query } from "../../src/query/query.ts";
import { attach } from "../../src/session/attach/attach.ts";
import { type ArgumentType, tracepoint, tracepoints } from "../../src/usdt/declare/index.ts";
import { compileSites } from "../helpers/assembly.ts";
import { temporaryDirectory } from "../helpers/compile.ts";
import { compiler, describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { everything, withoutNotices } from "../helpers/stream.ts";
import { TargetProgram } from "../helpers/target-program.ts";
import { anyEvent, anyQuery, type Event, read } from "../query/random.ts";

const INTEGERS = [
  "int64",
  "uint64",
  "int32",
  "uint32",
  "int16",
  "uint16",
  "int8",
  "uint8",
] as const;
/** The first arguments lie in registers, those from the ninth on in memory; one more is the event's number. */
const DECLARED = {
  "filter:integers": [...INTEGERS, "bool", "string", "hash", "uint32"],
  "filter:texts": [
    "string",
    "hash",
    "string",
    "bool",
    "uint8",
    "int16",
    "uint32",
    "int32",
    "int64",
    "uint64",
    "int8",
    "uint32",
  ],
} as const satisfies Record<string, readonly ArgumentType[]>;
const NUMBER = 11;

const probes = tracepoints(DECLARED);

interface Tried {
  readonly where: string;
  readonly condition: Condition;
}

/** Queries that mean something for these types. */
function tried(types: readonly ArgumentType[], where: string): Tried[] {
  const fields = types.map((type, argument) => ({ field: fieldOf(type, argument), argument }));
  try {
    const parts = new Query(where).parts("", fields);
    return [{ where, condition: all(parts.map(({ condition }) => condition)) }];
  } catch (error) {
    if (error instanceof CorelensError) return [];
    throw error;
  }
}

function fieldOf(type: ArgumentType, argument: number): Field {
  return { name: `arg${argument}`, type, meaning: "" };
}

/** The numbers of the events that pass, by query. */
async function passing(
  name: keyof typeof DECLARED,
  queries: readonly Tried[],
  events: readonly Event[],
): Promise<unknown[][]> {
  const types = DECLARED[name];
  const fields = types.map((type, i) => `arg${i}:${type}`);
  const sessions = queries.map(({ where }) =>
    attach({ target: process.pid, tracepoints: [name], fields, where, ringSize: 1 << 20 }),
  );
  const fire = probes[name] as (...values: readonly unknown[]) => void;
  for (const [number, event] of events.entries()) fire(...event.map(asArgument(types)), number);
  const passed: unknown[][] = [];
  for (const session of sessions) {
    passed.push(withoutNotices(await everything(session)).map((event) => event[`arg${NUMBER}`]));
  }
  return passed;
}

const asArgument = (types: readonly ArgumentType[]) => (value: unknown, i: number) =>
  typeof value === "bigint" && !types[i]!.endsWith("64") ? Number(value) : value;

describeNeeding([rightsToTrace], "a query in the kernel", () => {
  it.each(Object.keys(DECLARED) as (keyof typeof DECLARED)[])(
    "passes the same events as in user space: %s",
    async (name) => {
      const types = DECLARED[name].slice(0, NUMBER) as Parameters<typeof anyEvent>[0];
      const tests = ["starts_with", "starts_with", "ends_with", "contains"];
      const queries = fc.array(anyQuery(types, tests), { minLength: 10, maxLength: 10 });
      const events = fc.array(anyEvent(types), { minLength: 50, maxLength: 50 });
      await fc.assert(
        fc.asyncProperty(queries, events, async (texts, events) => {
          const meant = texts.flatMap((where) => tried(types, where));
          const seen = await passing(name, meant, events);
          const expected = meant.map(({ condition }) =>
            [...events.keys()].filter((i) => compile(condition)(read(events[i]!)) !== false),
          );
          const report = (numbers: readonly unknown[][]) =>
            meant.map(({ where }, i) => ({ where, passed: numbers[i] }));
          expect(report(seen)).toEqual(report(expected));
        }),
        { numRuns: 6, endOnFailure: true },
      );
    },
    120_000,
  );
});

/** An address where no process has memory. */
const NOWHERE = 16;
const PAGE = 4096;

describeNeeding([rightsToTrace], "a query of unreadable values", () => {
  const fire = tracepoint("filter", "pointers", "uint64", "uint64", "uint32");
  const directory = temporaryDirectory();

  /** What became of the event, by query. */
  async function fates(queries: readonly string[], ...values: Parameters<typeof fire>) {
    const sessions = queries.map((where) =>
      attach({
        target: process.pid,
        tracepoints: ["filter:pointers"],
        fields: ["arg0:string", "arg1:hash", "arg2"],
        where,
      }),
    );
    fire(...values);
    const fates: Record<string, unknown> = {};
    for (const [i, session] of sessions.entries()) {
      const [event] = withoutNotices(await everything(session));
      fates[queries[i]!] = event ? (event.unreadable ?? "whole") : "dropped";
    }
    return fates;
  }

  it("drops an event only if the query is false for all possible values", async () => {
    const unreadable = ["arg0", "arg1"];
    const hash = `"${"0".repeat(64)}"`;
    const expected = {
      'arg0 == "inv"': unreadable,
      'arg0 != "inv"': unreadable,
      '!(arg0 in ("inv", "tx"))': unreadable,
      'ends_with(arg0, "inv")': unreadable,
      '!ends_with(arg0, "inv")': unreadable,
      [`arg1 == ${hash}`]: unreadable,
      [`arg1 != ${hash}`]: unreadable,
      'arg0 == "inv" && arg2 == 5': unreadable,
      'arg0 == "inv" && arg2 != 5': "dropped",
      'arg0 == "inv" || arg2 != 5': unreadable,
      '!(arg0 == "inv" || arg2 == 5)': "dropped",
      [`arg1 == ${hash} && ends_with(arg0, "x") && arg2 > 5`]: "dropped",
      "1000 / (arg2 - 5) > 3": unreadable,
      "!(1000 % (arg2 - 5) > 3)": unreadable,
      "1000 / (arg2 - 5) > 3 && arg2 == 6": "dropped",
    };
    expect(await fates(Object.keys(expected), NOWHERE, NOWHERE, 5)).toEqual(expected);
  });

  it("reads a text up to its end, even if no memory follows", async () => {
    const path = join(directory, "page");
    writeFileSync(path, Buffer.concat([Buffer.alloc(PAGE - 4), Buffer.from("inv\0")]));
    const file = openSync(path, "r");
    const { memory, unmap } = map(file, 2 * PAGE, 0, false);
    const end = Number(addressOf(new Uint8Array(memory))) + PAGE;
    const expected = {
      'arg0 == "inv"': "whole",
      'arg0 == "invitation"': "dropped",
      'starts_with(arg0, "in")': "whole",
      'starts_with(arg0, "invitation")': "dropped",
      'arg0 in ("getheaders", "inv")': "whole",
      'arg0 != "inv"': "dropped",
    };
    expect(await fates(Object.keys(expected), end - 4, end - 32, 5)).toEqual(expected);
    unmap();
    closeSync(file);
  });
});

describeNeeding([rightsToTrace], "the deepest query", () => {
  it("has space for all pending operands", async () => {
    const types = DECLARED["filter:integers"];
    const levels = MAX_NESTING - 1;
    const sum = `${"arg3 - arg7 * (".repeat(levels)}arg5 + arg4 * -arg2${")".repeat(levels)}`;
    const meant = ["==", "!="].flatMap((operator) => tried(types, `${sum} ${operator} 0`));
    const event = [5n, 6n, 7n, 3n, 4n, 28n, 2n, 2n, true, "", "0".repeat(64)];
    const expected = meant.map(({ condition }) => (compile(condition)(read(event)) ? [0] : []));
    expect(expected.toSorted()).toEqual([[], [0]]);
    expect(await passing("filter:integers", meant, [event])).toEqual(expected);
  });
});

describeNeeding([rightsToTrace, compiler], "the largest filter", () => {
  const directory = temporaryDirectory();

  it("is loaded at each of many sites, and passes the right events", async () => {
    const path = join(directory, "many-sites");
    const place = "-4@-8(%rbx,%rcx,8)";
    const names = Array.from({ length: 30 }, (_, i) => `test:n${i}`);
    const sites = names.map((name) => ({
      name,
      arguments: Array(12).fill(place).join(" "),
      before: "mov $2, %ecx",
    }));
    compileSites(path, sites, "numbers: .quad 0, 7");
    const program = await TargetProgram.start(path);
    const quotients = Array.from(
      { length: 85 },
      (_, i) => `arg${i % 12} % arg1 / arg2 == ${i + 1}`,
    );
    const tracing = (where: string) =>
      attach({ target: program.pid, tracepoints: ["test:*"], where });
    const sessions = [quotients, [...quotients, "arg11 == 7"]].map((parts) =>
      tracing(parts.join(" || ")),
    );
    await program.run("");
    const counts = [];
    for (const session of sessions) counts.push(withoutNotices(await everything(session)).length);
    expect(counts).toEqual([0, names.length]);
  });
});
