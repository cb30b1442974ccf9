import { InvalidArgumentError } from "commander";
import { RELEASES } from "../contract/contract.ts";
import type { SimulatedRelease } from "../simulate/layouts.ts";

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new InvalidArgumentError("A seed is a whole number from 0 to 4294967295.");
  }
  return seed;
}

export function parseSpeed(text: string): number | "max" {
  return text === "max" ? text : parseRate(text);
}

export function parseRate(text: string): number {
  const rate = Number(text);
  if (!(rate > 0 && rate < 1e6)) throw new InvalidArgumentError("A speed is a positive number.");
  return rate;
}

export function parseRelease(text: string): SimulatedRelease {
  if (text === "draft") return text;
  const release = Number(text);
  if (!RELEASES.includes(release)) {
    throw new InvalidArgumentError(`Releases: ${RELEASES.join(", ")}, draft.`);
  }
  return release;
}
