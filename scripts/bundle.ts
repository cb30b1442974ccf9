/**
 * Bundles the command line into few files, from which it starts in less time than from hundreds of modules; `bin/corelens`
 * loads them. Every lazy import becomes a chunk, so that a command loads only what it needs. The library and the tests
 * use the modules in `dist/`.
 */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setFlagsFromString } from "node:v8";
import { constants, Script } from "node:vm";
import { build, type Plugin } from "rolldown";
import { WORKER_OPTIONS } from "#src/session/privilege/worker-options.js";
import { inRepository } from "./repository.ts";

const SOURCES = inRepository("src");
const MODULES = inRepository("dist");
const BUNDLE = inRepository("dist/bundle");

/** Modules that so many parts of the command line use make one chunk: one more file costs more time than their code. */
const MIN_SHARE = 20;

const { output } = await build({
  cwd: inRepository("."),
  input: "src/cli/main.ts",
  platform: "node",
  logLevel: "warn",
  // They are native, or load files of their own.
  external: ["koffi", "ajv", "fastify", /^@fastify\//, "@duckdb/node-api"],
  plugins: [keepPlaces()],
  output: {
    dir: BUNDLE,
    cleanDir: true,
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
    sourcemap: true,
    sourcemapExcludeSources: true,
    codeSplitting: { groups: [{ name: "base", minShareCount: MIN_SHARE }] },
  },
});
const chunks = output.filter((each) => each.type === "chunk");
for (const { fileName } of chunks) compile(join(BUNDLE, fileName));
for (const name of packagesOf(chunks.flatMap(({ moduleIds }) => moduleIds))) {
  const license = inRepository(`node_modules/${name}/LICENSE`);
  copyFileSync(license, join(BUNDLE, `${name.replaceAll("/", "-")}.LICENSE`));
}

/** The packages whose code is in the bundle: their licenses require a copy of themselves. */
function packagesOf(modules: readonly string[]): Set<string> {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//;
  return new Set(modules.flatMap((id) => name.exec(id)?.[1] ?? []));
}

/** Lets a module find files as from its place in `dist/`. */
function keepPlaces(): Plugin {
  return {
    name: "keep-places",
    transform: {
      filter: { code: "import.meta.url" },
      handler(code, id) {
        if (!id.startsWith(SOURCES)) return null;
        const place = JSON.stringify(relative(BUNDLE, join(MODULES, relative(SOURCES, id))));
        const url = `require("node:url").pathToFileURL(require("node:path").join(__dirname, ${place})).href`;
        return { code: code.replaceAll("import.meta.url", url), map: null };
      },
    },
  };
}

/** Makes the chunk a function for `bin/corelens` to call, and writes what V8 compiles it to, for each process. */
function compile(filename: string): void {
  const chunk = readFileSync(filename, "utf8");
  const source = `(function (exports, require, module, __filename, __dirname) { ${chunk}\n})`;
  writeFileSync(filename, source);
  writeFileSync(`${filename}.code`, compiledCode(source, filename));
  for (const option of WORKER_OPTIONS) setFlagsFromString(option);
  writeFileSync(`${filename}.worker.code`, compiledCode(source, filename));
  for (const option of WORKER_OPTIONS) setFlagsFromString(option.replace(/=.*/, "=0"));
}

/** V8 accepts compiled code only with the flags that it was written with. */
function compiledCode(source: string, filename: string): Buffer {
  // All functions, not only those that run when the chunk is loaded.
  setFlagsFromString("--no-lazy");
  const script = new Script(source, {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  setFlagsFromString("--lazy");
  return script.createCachedData();
}
