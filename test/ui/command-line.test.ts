import { execFileSync } from "node:child_process";
import { Command } from "commander";
import fc from "fast-check";
import { expect, it } from "vitest";
import { asked, command as countDefinition } from "../../src/commands/count/command.ts";
import { command as traceDefinition } from "../../src/commands/trace/command.ts";
import { DEFAULT_ROOM } from "../../src/counting/count-request.ts";
import { requestOf } from "../../src/dashboard/counter.ts";
import type { CountCommand } from "../../src/dashboard/protocol/count.ts";
import { countCommand, traceCommand } from "../../ui/src/command-line.ts";

type Parsed = readonly [patterns: string[], options: Parameters<typeof asked>[1]];

/** The request that the command line parses from the words of a shell. */
async function parse(definition: Command, words: readonly string[]): Promise<Parsed> {
  let parsed: Parsed | undefined;
  definition.action((patterns, options) => {
    parsed = [patterns, options];
  });
  const program = new Command("corelens").addCommand(definition);
  await program.parseAsync(words, { from: "user" });
  return parsed!;
}

/** The words of a line, split by a shell. */
function words(line: string): string[] {
  const printed = execFileSync("/bin/sh", ["-c", `printf '%s\\0' ${line}`], { encoding: "utf8" });
  return printed.split("\0").slice(0, -1);
}

const pattern = fc
  .array(fc.constantFrom("net", "*", ":", "_message", "mempool", "inbound"), { minLength: 1 })
  .map((parts) => parts.join(""));
const patterns = fc.array(pattern, { minLength: 1, maxLength: 4 });
/** Any text that a user can type, valid or not. */
const text = fc
  .string({ unit: fc.constantFrom(..."-=x '\"$`\\!;&|<>()*?~#%\n\t₿ü"), minLength: 1 })
  .filter((text) => text.trim() !== "");
const term = fc.constantFrom("size", "fee / vsize", "-size", "fee/vsize*2", "--by", "duration_ns");
const terms = fc.uniqueArray(term, { maxLength: 3 });
const names = fc.uniqueArray(fc.constantFrom("msg_type", "tracepoint", "peer_id", "reason"), {
  minLength: 1,
});
const histogram = fc.option(
  fc.oneof(
    term,
    term.map((term) => `${term}:0:1kB:100`),
    term.map((term) => `${term}:-5:2ms:1`),
  ),
);
const count: fc.Arbitrary<CountCommand> = fc.record({
  tracepoints: patterns,
  where: fc.option(text),
  by: names,
  sum: terms,
  min: terms,
  mean: terms,
  max: terms,
  histogram,
});

it("the `corelens count` command of a page makes the same request as the page", async () => {
  await fc.assert(
    fc.asyncProperty(count, async (requested) => {
      const [sudo, corelens, ...rest] = words(countCommand(requested, "node"));
      expect([sudo, corelens, rest[0]]).toEqual(["sudo", "corelens", "count"]);
      const { request, columns } = asked(...(await parse(countDefinition, rest)));
      const page = requestOf(requested);
      // The command keeps more groups than a page.
      expect(request).toEqual({ ...page.request, room: DEFAULT_ROOM });
      expect(columns).toEqual(page.columns);
    }),
    { numRuns: 150 },
  );
});

it("the `corelens trace` command of a page has the same choices as the page", async () => {
  await fc.assert(
    fc.asyncProperty(patterns, fc.option(text), async (tracepoints, where) => {
      const line = traceCommand({ tracepoints, where }, "recording");
      const [corelens, ...rest] = words(line);
      const [patterns, options] = await parse(traceDefinition, rest);
      expect([corelens, patterns, options.where ?? null, options.from]).toEqual([
        "corelens",
        tracepoints,
        where,
        "RECORDING",
      ]);
    }),
    { numRuns: 80 },
  );
});

it("the command of a short query is short", () => {
  expect(traceCommand({ tracepoints: [], where: null }, "node")).toBe("sudo corelens trace");
  const nothing = { where: null, min: [], mean: [], max: [], histogram: null };
  expect(
    countCommand(
      { ...nothing, tracepoints: ["net:*_message"], by: ["msg_type"], sum: ["size"] },
      "node",
    ),
  ).toBe("sudo corelens count 'net:*_message' --by msg_type --sum size");
});
