import { InvalidArgumentError, Option } from "commander";
import { RELEASES } from "../contract/contract.ts";
import type { SimulatedRelease } from "../simulate/layouts.ts";
import { parseSpeed } from "./parse-option.ts";

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new InvalidArgumentError("A seed is a whole number from 0 to 4294967295.");
  }
  return seed;
}

const NEWEST_RELEASE = RELEASES.at(-1)!;

function parseRelease(text: string): SimulatedRelease {
  if (text === "draft") return text;
  const release = Number(text);
  if (!RELEASES.includes(release)) {
    throw new InvalidArgumentError(`Releases: ${RELEASES.join(", ")}, draft.`);
  }
  return release;
}

/** Options of all commands with a simulated node. */
export const seedOption = new Option("--seed <n>", "the same seed simulates the same events")
  .argParser(parseSeed)
  .default(1);

export const releaseOption = new Option(
  "-r, --release <n>",
  `Bitcoin Core's release: ${RELEASES[0]} to ${NEWEST_RELEASE}, or draft`,
)
  .argParser(parseRelease)
  .default(NEWEST_RELEASE);

export const simulatedSpeedOption = new Option(
  "--speed <factor>",
  "a multiple of a real node's speed, or max",
)
  .argParser(parseSpeed)
  .default(1);

/** The default is one fixed day, so that the same seed simulates the same events. */
export const clockOption = new Option(
  "--clock <seconds>",
  "UNIX time at which the simulation begins",
).argParser(Number);
