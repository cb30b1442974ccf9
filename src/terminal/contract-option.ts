import type { Command } from "commander";
import { contractOption } from "./reader-options.ts";
import { isWorker } from "./run-session.ts";

/** Reads the contract file that is given to a command before the command runs. */
export function readContractOption(command: Command): void {
  // A command stays loaded where the command line runs several times in one process.
  if (!command.options.includes(contractOption) || prepared.has(command)) return;
  prepared.add(command);
  command.hook("preAction", async () => {
    const { contract } = command.opts<{ contract?: string }>();
    // A worker gets the fields from the process that attaches.
    if (contract === undefined || isWorker()) return;
    const { readContract } = await import("./read-contract.ts");
    readContract(contract);
  });
}

const prepared = new WeakSet<Command>();
