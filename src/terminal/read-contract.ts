import { readFileSync, statSync } from "node:fs";
import { parseContractFile } from "../contract/contract-file.ts";
import { describeTracepoints } from "../contract/own-contract.ts";
import { CorelensError } from "../errors.ts";

/** More than any contract has. */
const MAX_BYTES = 1 << 20;

/**
 * Lets tracepoints have the names and types that a contract file gives them.
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
