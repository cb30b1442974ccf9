import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { CountQuery } from "../../src/counting/count-query.ts";
import type { CountRequest } from "../../src/counting/count-request.ts";
import type { EventKind } from "../../src/event/kind.ts";
import type { EventSource } from "../../src/event/source.ts";
import { withCauseFields } from "../../src/model/causes/caused-source.ts";
import { HandledSource } from "../../src/model/causes/handled-source.ts";
import { parseBetween } from "../../src/model/intervals/between.ts";
import { IntervalSource } from "../../src/model/intervals/interval-source.ts";
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
const DOCUMENTS = [
  ...[DOCUMENT, read("README.md"), HELP],
  ...["docs/causes.md", "docs/intervals.md"].map(read),
];

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
  const terms = ["--sum", "--min", "--mean", "--max", "--quantiles"]
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

/** The kinds of events that a documented command counts. */
function kindsFor(words: readonly string[], pattern: string): readonly EventKind[] {
  const all = [...TRACEPOINTS.keys()].map((name) => ({
    name,
    fields: fieldsOf(name).map(({ field }) => field),
  }));
  const option = (name: string) => words[words.indexOf(name) + 1]!;
  if (words.includes("--between")) {
    const per = words.includes("--per") ? option("--per") : "thread";
    const source = { kinds: all } as unknown as EventSource;
    return new IntervalSource(source, parseBetween(option("--between")), per).kinds;
  }
  if (words.includes("--handled")) {
    return new HandledSource({ kinds: all } as unknown as EventSource).kinds;
  }
  const chosen = all.filter(({ name }) => matches(pattern, name));
  return words.includes("--cause") ? chosen.map(withCauseFields) : chosen;
}

it("there are documented counts", () => {
  expect(examples.length).toBeGreaterThan(8);
});

it.each(examples)("a documented count can be asked: $line", ({ words }) => {
  const request = requestOf(words);
  const query = new CountQuery(request);
  const kinds = kindsFor(words, request.patterns[0]!).map(({ name, fields }) => ({
    name,
    fields: queryFields(fields),
  }));
  const counted = kinds.filter(({ fields }) => query.missingField(fields) === null);
  expect(counted).not.toEqual([]);
  for (const { name, fields } of counted) {
    query.plan(name, fields);
    if (request.where) new Query(request.where).parts(name, fields);
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
