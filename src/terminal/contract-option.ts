import type { Command } from "commander";
import { isWorker } from "./run-session.ts";

/** Commands that read a binary's tracepoints. */
export function addContractOption(command: Command): void {
  const has = (option: string) => command.options.some(({ long }) => long === option);
  const hasTarget = has("--target") || ["list", "check", "doctor"].includes(command.name());
  // Commands stay loaded where the command line runs several times in one process.
  if (!hasTarget || has("--contract")) return;
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
