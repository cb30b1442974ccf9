import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** `src/kernel/`, in the order of the document's table */
const LAYERS = [...read("docs/architecture.md").matchAll(/^\| `((?:src|ui)\/\w+)\/`/gm)].map(
  ([, folder]) => folder!,
);

const FILES = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => `src/${path}`);

/** Its place among the layers; files beside them are for all. */
const layerOf = (path: string) => LAYERS.findIndex((folder) => path.startsWith(`${folder}/`));

it("every folder is a layer of the architecture", () => {
  const folders = new Set(
    FILES.map((path) => path.split("/")[1]!).filter((name) => !name.endsWith(".ts")),
  );
  expect([...folders].filter((name) => !LAYERS.includes(`src/${name}`))).toEqual([]);
});

it("a file imports only from its own layer and those above it", () => {
  const breaches = FILES.filter((path) => layerOf(path) >= 0).flatMap((path) =>
    [...read(path).matchAll(/(?:from|import\() ?"(\.[^"]+)"/g)]
      .map(([, target]) => normalize(join(dirname(path), target!)))
      .filter((target) => layerOf(target) > layerOf(path))
      .map((target) => `${path} imports ${target}`),
  );
  expect(breaches).toEqual([]);
});
