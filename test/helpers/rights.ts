import { readFileSync } from "node:fs";

/** Who a process is, and what it may do or could come to do, as the kernel says. */
export function rightsOf(pid: number): { readonly uids: number[]; readonly capabilities: bigint } {
  const status = readFileSync(`/proc/${pid}/status`, "ascii");
  const line = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(status)![1]!;
  return {
    uids: line("Uid").split(/\s+/).map(Number),
    capabilities: BigInt(`0x${line("CapEff")}`) | BigInt(`0x${line("CapPrm")}`),
  };
}
