import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { PAGES, pageOf } from "../../src/dashboard/protocol/pages.ts";
import { SECTIONS } from "../../src/model/sections.ts";

it("every page of the registry has a file that exports its component", async () => {
  for (const { title } of PAGES) {
    const file = new URL(`../../ui/src/pages/${title.toLowerCase()}.tsx`, import.meta.url);
    expect(existsSync(fileURLToPath(file)), file.href).toBe(true);
  }
});

it("every section of the model has one page", () => {
  // The page Overview lists incidents, too.
  const sections = [...PAGES.flatMap(({ section }) => section ?? []), "incidents"];
  expect(sections.toSorted()).toEqual([...SECTIONS].sort());
});

it("links of earlier versions lead to the same pages", () => {
  const paths = ["/", "/peers", "/network", "/blocks", "/mempool", "/coins", "/wallet"];
  for (const path of [...paths, "/tracepoints", "/recordings"]) {
    expect(pageOf(path)?.path).toBe(path);
    expect(pageOf(`${path}/`)?.path).toBe(path);
  }
  expect(pageOf("/nonsense")).toBeNull();
  expect(pageOf("/constructor")).toBeNull();
});
