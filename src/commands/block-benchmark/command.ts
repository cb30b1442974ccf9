import { readFile } from "node:fs/promises";
import { InvalidArgumentError } from "commander";
import { CorelensError } from "../../errors.ts";
import type { EventSource } from "../../event/source.ts";
import type { OutputFile } from "../../session/privilege/output-file.ts";
import { type CommandFiles, commandFiles, type OpenFile } from "../../terminal/command-files.ts";
import { Output } from "../../terminal/output.ts";
import { whereOption } from "../../terminal/reader-options.ts";
import { showLines } from "../../terminal/show-lines.ts";
import { runTool, type ToolOptions, toolCommand } from "../../terminal/tool-command.ts";
import { painter } from "../../text/paint.ts";
import { Benchmark, type HeightRange } from "./benchmark.ts";
import { BENCHMARK_JSON } from "./benchmark-json.ts";
import { BenchmarkLines } from "./benchmark-lines.ts";
import { BenchmarkText } from "./benchmark-text.ts";
import { compare } from "./compare.ts";
import { comparisonJson, comparisonLines } from "./compare-text.ts";
import { type BenchmarkResult, parseResult, resultJson } from "./result.ts";

interface BenchmarkOptions extends ToolOptions {
  readonly slow?: number;
  readonly output?: string;
  readonly compare?: string[];
}

const SLOWER = 1;

export const command = toolCommand("block-benchmark", {
  takesTarget: false,
  options: [whereOption],
  notes: [
    "To measure a node from its first block, name its binary and start the node afterwards. The benchmark ends with the block at END.",
    "--compare reads two results and traces nothing. The exit status is 1 if B is slower beyond noise (docs/blocks.md).",
  ],
  examples: [
    "sudo corelens block-benchmark 20000 38000 --target build/bin/bitcoind --output new.json",
    "corelens block-benchmark --compare old.json new.json",
  ],
})
  .argument("[start]", "the first height (default: the next block)", parseHeight)
  .argument("[end]", "the last height (default: until interrupted)", parseHeight)
  .option("--slow <ms>", "print only blocks that take at least this long", parseMilliseconds)
  .option("-o, --output <file>", "write the result to a file, for --compare")
  .option("--compare <files...>", "compare two results, A and B; several runs: A,A2 B,B2")
  .action(
    async (first: number | undefined, last: number | undefined, options: BenchmarkOptions) => {
      if (options.compare) {
        process.exitCode = await showComparison(options.compare, options.json === true);
        return;
      }
      const range = { first: first ?? null, last: last ?? null };
      if (range.last !== null && range.last < (range.first ?? 0)) {
        throw new CorelensError("USAGE", `the last height, ${last}, is below the first, ${first}`);
      }
      const needs = { tracepoints: ["validation:block_connected"], fields: null };
      const { output } = options;
      const files = output === undefined ? undefined : await resultFile(output);
      const run = (source: EventSource) => measure(source, range, options, files?.open);
      await runTool(options, needs, run, files);
    },
  );

function resultFile(path: string): Promise<CommandFiles> {
  return commandFiles((outputs) => () => outputs.create(path));
}

/** @throws CorelensError FILE_UNWRITABLE before the measurement, OUTPUT_GONE */
async function measure(
  source: EventSource,
  range: HeightRange,
  options: BenchmarkOptions,
  createFile: OpenFile | undefined,
): Promise<number> {
  let file: OutputFile | undefined;
  try {
    file = await createFile?.();
    const benchmark = new Benchmark(range);
    const slow = options.slow === undefined ? null : options.slow * 1e6;
    const view = options.json
      ? BENCHMARK_JSON
      : new BenchmarkText(benchmark, painter(new Output().hasColour));
    const tool = new BenchmarkLines(benchmark, view, slow);
    const status = await showLines(source, tool, options);
    if (file) await keep(file, benchmark.result);
    return status;
  } finally {
    await file?.close();
    await source.close();
  }
}

async function keep(file: OutputFile, result: BenchmarkResult): Promise<void> {
  try {
    await file.write(`${resultJson(result)}\n`);
  } catch (error) {
    const message = `the result cannot be written: ${(error as Error).message}`;
    throw new CorelensError("OUTPUT_GONE", message, undefined, { cause: error });
  }
}

/** @throws CorelensError USAGE, FILE_UNREADABLE, RESULT_INVALID */
async function showComparison(sides: readonly string[], json: boolean): Promise<number> {
  if (sides.length !== 2) {
    throw new CorelensError("USAGE", `--compare takes two results, not ${sides.length}`);
  }
  const [a, b] = await Promise.all(
    sides.map((side) => Promise.all(side.split(",").map(readResult))),
  );
  const comparison = compare(a!, b!);
  const output = new Output();
  await output.write(
    json
      ? comparisonJson(comparison)
      : `${comparisonLines(comparison, painter(output.hasColour)).join("\n")}\n`,
  );
  return Object.values(comparison.verdicts).includes("slower") ? SLOWER : 0;
}

async function readResult(path: string): Promise<BenchmarkResult> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const message = `${path} cannot be read: ${(error as Error).message}`;
    throw new CorelensError("FILE_UNREADABLE", message, undefined, { cause: error });
  }
  return parseResult(text, path);
}

function parseHeight(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A height is a whole number of at least 0.");
}

function parseMilliseconds(text: string): number {
  const ms = Number(text);
  if (ms >= 0 && text.trim() !== "") return ms;
  throw new InvalidArgumentError("Milliseconds are a number of at least 0.");
}
