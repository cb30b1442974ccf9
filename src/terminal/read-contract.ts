import { readFileSync, statSync } from "node:fs";
import { parseContractFile } from "../contract/contract-file.ts";
import { describeTracepoints } from "../contract/own-contract.ts";
import { CorelensError } from "../errors.ts";

/** Larger than any contract. */
const MAX_BYTES = 1 << 20;

/**
 * Adds the names and types of a contract file to the known tracepoints.
 * @throws CorelensError FILE_UNREADABLE, CONTRACT_INVALID
 */
export function readContract(path: string): void {
  describeTracepoints(parseContractFile(textOf(path), path));
}

function textOf(path: string): string {
  try {
    const stat = statSync(path);
    if (stat.isFile() && stat.size <= MAX_BYTES) return readFileSync(path, "utf8");
  } catch (cause) {
    throw new CorelensError("FILE_UNREADABLE", `${path} cannot be read`, undefined, { cause });
  }
  throw new CorelensError("FILE_UNREADABLE", `${path} is not a file of at most 1 MiB`);
}
