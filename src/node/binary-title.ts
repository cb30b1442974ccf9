import { rangeText } from "../contract/release.ts";
import { counted } from "../counted.ts";
import { type Binary, isNode } from "./binary.ts";

/** What a file is: `Bitcoin Core v31 or later, 20 tracepoints`; of other programs `x86-64, 3 tracepoints`. */
export function binaryTitle(binary: Binary): string {
  const { machine, recognition } = binary;
  const { releases, tracepoints } = recognition;
  const release = releases
    ? `Bitcoin Core ${rangeText(releases)}`
    : "like no release of Bitcoin Core";
  return `${isNode(binary) ? release : machine}, ${counted(tracepoints.length, "tracepoint")}`;
}
