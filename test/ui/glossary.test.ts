import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { GLOSSARY, meaningOf } from "../../src/text/glossary.ts";

const UI = fileURLToPath(new URL("../../ui/src/", import.meta.url));

const labels = GLOSSARY.flatMap(({ terms }) =>
  terms.flatMap(({ name, labels = [] }) => [name, ...labels]),
);

it("every label has one meaning", () => {
  expect(labels.filter((label, i) => labels.indexOf(label) !== i)).toEqual([]);
});

it("every meaning is one sentence", () => {
  for (const { name, meaning } of GLOSSARY.flatMap(({ terms }) => terms)) {
    expect(meaning, name).toMatch(/^[A-Z].*\.$/);
    expect(meaning.match(/\. [A-Z]/), name).toBeNull();
  }
});

it("a label of several figures or columns has a tooltip", () => {
  const sources = readdirSync(UI, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tsx"))
    .map((path) => readFileSync(UI + path, "utf8"));
  const figures = sources.flatMap((text) =>
    [...text.matchAll(/<Figure\s+label="([^"]+)"/g)].map(([, label]) => label!),
  );
  const repeated = figures.filter((label, i) => figures.indexOf(label) !== i);
  expect(repeated.filter((label) => meaningOf(label) === undefined)).toEqual([]);
});

it("the tooltip of a number names its unit", () => {
  expect(meaningOf("ping")).toMatch(/Unit: ms\.$/);
  expect(meaningOf("constructor")).toBeUndefined();
});
