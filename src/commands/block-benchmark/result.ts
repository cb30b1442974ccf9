import { CorelensError } from "../../errors.ts";
import { isObject } from "../../util/is-object.ts";
import type { MeasuredBlock } from "./measured-block.ts";

/**
 * The result of a benchmark, for comparisons: all blocks in the order of their connection. JSON has the blocks as columns,
 * 45 bytes per block.
 */
export interface BenchmarkResult {
  /** The binary that ran; null if unknown. */
  readonly binary: string | null;
  /** Time at which the first block was connected, in ms since the UNIX epoch. */
  readonly time: number;
  /** From the beginning of the first block's connection to the end of the last one's, in ns. */
  readonly elapsed: number;
  /** Number of blocks whose events were lost. */
  readonly lost: number;
  readonly blocks: readonly MeasuredBlock[];
}

const FORMAT = "corelens block-benchmark 1";
/** Hex digits of a hash: enough to distinguish blocks. */
const HASH_DIGITS = 16;

export function resultJson({ blocks, time, elapsed, ...rest }: BenchmarkResult): string {
  return JSON.stringify({
    format: FORMAT,
    ...rest,
    time: new Date(time).toISOString(),
    elapsed_ns: elapsed,
    blocks: {
      height: blocks.map(({ height }) => height),
      // Their last digits: the first ones are zeros.
      hash_end: blocks.map(({ hash }) => hash.slice(-HASH_DIGITS)),
      transactions: blocks.map(({ transactions }) => transactions),
      inputs: blocks.map(({ inputs }) => inputs),
      sigops_cost: blocks.map(({ sigops_cost }) => sigops_cost),
      duration_ns: blocks.map(({ duration_ns }) => duration_ns),
    },
  });
}

/** @throws CorelensError RESULT_INVALID */
export function parseResult(text: string, path: string): BenchmarkResult {
  const invalid = (why: string) => new CorelensError("RESULT_INVALID", `${path}: ${why}`);
  const json = parseObject(text);
  if (json?.format !== FORMAT) throw invalid("not a result of corelens block-benchmark");
  const { binary, time, elapsed_ns, lost, blocks } = json;
  const at = Date.parse(String(time));
  const columns = columnsOf(blocks);
  const isWhole = (binary === null || typeof binary === "string") && !Number.isNaN(at);
  if (!isWhole || !isCount(elapsed_ns) || !isCount(lost) || columns === null) {
    throw invalid("it is incomplete or inconsistent");
  }
  return { binary, time: at, elapsed: elapsed_ns, lost, blocks: columns };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function columnsOf(value: unknown): MeasuredBlock[] | null {
  if (!isObject(value)) return null;
  const { height, hash_end, transactions, inputs, sigops_cost, duration_ns } = value;
  const numbers = [height, transactions, inputs, sigops_cost, duration_ns];
  if (!Array.isArray(hash_end) || !hash_end.every((hash) => typeof hash === "string")) return null;
  if (!numbers.every((column) => isColumn(column, hash_end.length))) return null;
  const [heights, transactionCounts, inputCounts, costs, durations] = numbers as number[][];
  return hash_end.map((hash, i) => ({
    hash,
    height: heights![i]!,
    transactions: transactionCounts![i]!,
    inputs: inputCounts![i]!,
    sigops_cost: costs![i]!,
    duration_ns: durations![i]!,
  }));
}

function isColumn(column: unknown, length: number): boolean {
  return Array.isArray(column) && column.length === length && column.every(isCount);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
