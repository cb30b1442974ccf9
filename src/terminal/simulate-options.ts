import { InvalidArgumentError, Option } from "commander";
import { RELEASES } from "../contract/contract.ts";
import type { SimulatedRelease } from "../simulate/layouts.ts";

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new InvalidArgumentError("A seed is a whole number from 0 to 4294967295.");
  }
  return seed;
}

const NEWEST_RELEASE = RELEASES.at(-1)!;

export function parseSpeed(text: string): number | "max" {
  return text === "max" ? text : parseRate(text);
}

export function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate < 1e6)) throw new InvalidArgumentError("A speed is a positive number.");
  return rate;
}

function parseRelease(text: string): SimulatedRelease {
  if (text === "draft") return text;
  const release = Number(text);
  if (!RELEASES.includes(release)) {
    throw new InvalidArgumentError(`Releases: ${RELEASES.join(", ")}, draft.`);
  }
  return release;
}

/** Which node is simulated: the same wherever one is. */
export const seedOption = new Option("--seed <n>", "the same seed gives the same events")
  .argParser(parseSeed)
  .default(1);

export const releaseOption = new Option(
  "--release <n>",
  `the node's release: ${RELEASES[0]} to ${NEWEST_RELEASE}, or draft`,
)
  .argParser(parseRelease)
  .default(NEWEST_RELEASE);

/** Of the simulated node's clock; by default one day, so that the same seed gives the same events. */
export const clockOption = new Option(
  "--clock <seconds>",
  "UNIX time at which it begins",
).argParser(Number);
