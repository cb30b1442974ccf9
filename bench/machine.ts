import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { inRepository } from "../scripts/repository.ts";

/** The machine whose figures these are. */
const MACHINE = {
  kernel: release(),
  cpu: cpus()[0]?.model.trim() ?? "unknown processor",
  cores: cpus().length,
  node: process.version,
};

export const MACHINE_TEXT = `${MACHINE.cpu}, ${MACHINE.cores} cores, Linux ${MACHINE.kernel}, Node ${MACHINE.node}`;

/**
 * Writes figures as JSON to `bench/results/`, with the date and the machine.
 * @param prefix of the file's name
 * @returns the path of the file
 */
export function saveResults(prefix: string, figures: object): string {
  const date = new Date().toISOString();
  const folder = inRepository("bench/results/");
  mkdirSync(folder, { recursive: true });
  const file = `${folder}${prefix}${date.replaceAll(":", "-")}.json`;
  writeFileSync(file, `${JSON.stringify({ date, machine: MACHINE, ...figures }, null, 2)}\n`);
  return file;
}
