import type { Command } from "commander";
import { isWorker } from "./run-session.ts";

/** Commands that read a binary's tracepoints. */
export function addContractOption(command: Command): void {
  const hasTarget =
    command.options.some(({ long }) => long === "--target") ||
    ["list", "check", "doctor"].includes(command.name());
  if (!hasTarget) return;
  command
    .option("--contract <file>", "names and types of a fork's or another program's arguments")
    .hook("preAction", async () => {
      const { contract } = command.opts<{ contract?: string }>();
      // The process without rights is told the fields by the one that attaches.
      if (contract === undefined || isWorker()) return;
      const { readContract } = await import("./read-contract.ts");
      readContract(contract);
    });
}
