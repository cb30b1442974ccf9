import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { documents } from "../../scripts/documents.ts";
import { REPOSITORY } from "../helpers/command.ts";

it.each(Object.entries(documents()))("%s matches the code (npm run docs)", async (path, text) => {
  expect(await readFile(REPOSITORY + path, "utf8")).toBe(text);
});
