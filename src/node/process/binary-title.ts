import { rangeText } from "../../contract/release.ts";
import { counted } from "../../text/counted.ts";
import { type Binary, isNode } from "./binary.ts";

/**
 * Describes a file: `Bitcoin Core v31 or later, 20 tracepoints`, `Bitcoin Core v31 or later for riscv64, 20
 * tracepoints`; for other programs `x86-64, 3 tracepoints`.
 */
export function binaryTitle(binary: Binary): string {
  const { machine, recognition } = binary;
  const { releases, tracepoints } = recognition;
  const release = releases
    ? `Bitcoin Core ${rangeText(releases)}`
    : "unknown release of Bitcoin Core";
  const isTraced = machine === "x86-64" || machine === "aarch64";
  const node = isTraced ? release : `${release} for ${machine}`;
  return `${isNode(binary) ? node : machine}, ${counted(tracepoints.length, "tracepoint")}`;
}
