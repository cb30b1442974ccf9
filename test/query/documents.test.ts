import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TRACEPOINTS } from "../../src/contract/contract.ts";
import { Query } from "../../src/query/query.ts";
import { matches } from "../../src/session/attach/selection.ts";
import { fieldsOf } from "./fields.ts";

const DOCUMENTS = ["docs/query.md", "src/commands/trace/command.ts", "README.md"];
/** `corelens trace net:inbound_message --where '…'` */
const COMMAND = /corelens trace +(?:'([^']*)'|([\w:*]+)) +--where '([^']+)'/g;

const examples = DOCUMENTS.flatMap((name) => {
  const text = readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
  return [...text.matchAll(COMMAND)].map(([, quoted, plain, query]) => ({
    pattern: quoted ?? plain!,
    query: query!,
  }));
});

it("there are documented queries", () => {
  expect(examples.length).toBeGreaterThan(4);
});

it.each(examples)("a documented query can be asked: $pattern $query", ({ pattern, query }) => {
  const names = [...TRACEPOINTS.keys()].filter((name) => matches(pattern, name));
  const asked = names.filter((name) => new Query(query).missingField(fieldsOf(name)) === null);
  expect(asked).not.toEqual([]);
  for (const name of asked) new Query(query).parts(name, fieldsOf(name));
});
