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

const filesOf = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => `${folder}/${path}`);

const FILES = filesOf("src");
const PAGES = filesOf("ui/src");

/** What the pages share with the server. */
const SHARED = ["src/model/", "src/text/", "src/dashboard/protocol/"];

/** The targets of its relative imports, of `import type`, re-exports and side effects, too. */
const importsOf = (path: string) =>
  [...read(path).matchAll(/(?:from|import|import\() ?"(\.[^"]+)"/g)].map(([, target]) =>
    normalize(join(dirname(path), target!)),
  );

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
    importsOf(path)
      .filter((target) => layerOf(target) > layerOf(path))
      .map((target) => `${path} imports ${target}`),
  );
  expect(breaches).toEqual([]);
});

it("the pages import only the model, the texts and the protocol of the dashboard", () => {
  const breaches = PAGES.flatMap((path) =>
    importsOf(path)
      .filter((target) => ![...SHARED, "ui/src/"].some((folder) => target.startsWith(folder)))
      .map((target) => `${path} imports ${target}`),
  );
  expect(breaches).toEqual([]);
});

it("the code that pages share with the server runs in a browser", () => {
  const seen = new Set<string>();
  const bundle = (path: string): void => {
    if (seen.has(path) || !/\.tsx?$/.test(path)) return;
    seen.add(path);
    for (const [, target] of read(path).matchAll(VALUE_IMPORT)) {
      if (target!.startsWith(".")) bundle(normalize(join(dirname(path), target!)));
    }
  };
  for (const path of PAGES) bundle(path);
  const breaches = [...seen].filter((path) => /from "node:|\bBuffer\b|process\./.test(read(path)));
  expect(breaches).toEqual([]);
});

/** An import or export that remains when types are erased. */
const VALUE_IMPORT = /^(?:import|export)(?! type\b)[^;]*?"([^"]+)";/gm;
