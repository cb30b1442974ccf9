/**
 * `npm run docs`: writes every generated document, from the built tables (`npm run build` before it). With `--check`
 * it writes nothing, names each file that is out of date, and exits with status 1 if there is one.
 */
import { readFile, writeFile } from "node:fs/promises";
import { documents } from "./documents.ts";
import { inRepository } from "./repository.ts";

const isCheck = process.argv.includes("--check");
for (const [name, text] of Object.entries(documents())) {
  const file = inRepository(name);
  if (!isCheck) {
    await writeFile(file, text);
  } else if ((await readFile(file, "utf8").catch(() => null)) !== text) {
    console.error(`${name} is out of date: run \`npm run docs\``);
    process.exitCode = 1;
  }
}
