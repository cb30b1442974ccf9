import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { CountQuery } from "../../src/counting/count-query.ts";
import type { CountRequest } from "../../src/counting/count-request.ts";
import { CAUSE_FIELDS } from "../../src/model/causes/caused-source.ts";
import { Query } from "../../src/query/query.ts";
import { queryFields } from "../../src/query/scope.ts";
import { matches } from "../../src/session/attach/selection.ts";
import { RunningCommand } from "../helpers/command.ts";
import { runDocumented } from "../helpers/documented-program.ts";
import { describeNeeding, rightsToTrace } from "../helpers/needs.ts";
import { until } from "../helpers/stream.ts";
import { fieldsOf } from "../query/fields.ts";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const DOCUMENT = read("docs/counting.md");
/** The examples of the command's help without the ends of their string literals. */
const HELP = read("src/commands/count/command.ts").replaceAll('",\n', "\n");
const DOCUMENTS = [DOCUMENT, read("README.md"), HELP];

/** `corelens count net:inbound_message --by msg_type`, as a shell takes it apart */
const examples = DOCUMENTS.flatMap((text) => [...text.matchAll(/corelens count ([^\n`|]+)/g)])
  .map(([, line]) =>
    [...line!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!),
  )
  .map((words) => ({ words, line: words.join(" ") }));

const PROGRAM = /```js\n(.*?)```/gs;

function requestOf(words: readonly string[]): CountRequest {
  const option = (name: string) => words[words.indexOf(name) + 1];
  const has = (name: string) => words.includes(name);
  const terms = ["--sum", "--min", "--mean", "--max"]
    .filter(has)
    .flatMap((name) => option(name)!.split(","));
  const linear = has("--lhist") ? option("--lhist")!.split(":") : null;
  return {
    patterns: [words[words[0] === "--from" ? 2 : 0]!],
    where: has("--where") ? option("--where")! : null,
    by: has("--by") ? option("--by")!.split(",") : [],
    types: [],
    measures: terms.map((text) => ({ text, sum: true, extremes: true })),
    histogram: linear
      ? { text: linear[0]!, linear: { low: linear[1]!, high: linear[2]!, step: linear[3]! } }
      : has("--hist")
        ? { text: option("--hist")!, linear: null }
        : null,
    room: 1,
  };
}

it("there are documented counts", () => {
  expect(examples.length).toBeGreaterThan(8);
});

it.each(examples)("a documented count can be asked: $line", ({ words }) => {
  const request = requestOf(words);
  const names = [...TRACEPOINTS.keys()].filter((name) => matches(request.patterns[0]!, name));
  const query = new CountQuery(request);
  const further = words.includes("--cause") ? queryFields(CAUSE_FIELDS) : [];
  const fields = (name: string) => [...fieldsOf(name), ...further];
  const counted = names.filter((name) => query.missingField(fields(name)) === null);
  expect(counted).not.toEqual([]);
  for (const name of counted) {
    query.plan(name, fields(name));
    if (request.where) new Query(request.where).parts(name, fields(name));
  }
});

describeNeeding([rightsToTrace], "the documented program", () => {
  it("prints what a node's messages amount to", async () => {
    const node = new RunningCommand(["simulate", "--speed", "20"]);
    await until("the simulated node is there", () => node.stdout.includes("corelens list"));
    const [[, code] = []] = [...DOCUMENT.matchAll(PROGRAM)];
    const lines = await runDocumented(code!, String(node.process.pid));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^\d+ \w+ messages of \d+ bytes$/);
  });
});
