import { InvalidArgumentError } from "commander";
import type { Rotation } from "../../recording/recorder.ts";
import { parseDuration, parseSize } from "../../terminal/parse-option.ts";

/** `1G` or `1h`; M is a size and m are minutes. To be given once for each. */
export function parseRotation(text: string, before: Rotation | undefined): Rotation {
  const { bytes, ms } = before ?? { bytes: null, ms: null };
  if (/^[\d.]+[kMGT]$/.test(text)) {
    if (bytes !== null) throw new InvalidArgumentError("One size can be given.");
    return { bytes: parseSize(text), ms };
  }
  if (/^[\d.]+(ms|s|m|h|d)$/.test(text)) {
    if (ms !== null) throw new InvalidArgumentError("One age can be given.");
    return { bytes, ms: parseDuration(text) };
  }
  throw new InvalidArgumentError("Files are rotated by size or by age: 1G or 1h");
}

/** `0`, `all`, or bytes such as `80` or `4k`. */
export function parsePayload(text: string): number {
  if (text === "all") return Number.POSITIVE_INFINITY;
  return /^\d+$/.test(text) ? Number(text) : parseSize(text);
}
