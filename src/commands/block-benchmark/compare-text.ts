import { jsonDocument } from "../../event/json.ts";
import { counted } from "../../text/counted.ts";
import type { Paint } from "../../text/paint.ts";
import type { Comparison, Ratio, Verdict } from "./compare.ts";

/**
 * The result of a comparison:
 *
 *     18001 blocks that both connected, heights 20000 to 38000
 *       all blocks together   B is slower by 5.1 %   (4.4 to 5.8 % slower)
 *       a typical block       no difference          (0.3 % faster to 0.2 % slower)
 */
export function comparisonLines(comparison: Comparison, paint: Paint): string[] {
  const { blocks, unpaired, heights, total, typical, verdicts, noise } = comparison;
  const others = unpaired > 0 ? `; ${counted(unpaired, "other")} omitted` : "";
  return [
    `${counted(blocks, "block")} that both connected, heights ${heights.join(" to ")}${others}`,
    `  all blocks together  ${figureText(total, verdicts.total, paint)}`,
    `  a typical block      ${figureText(typical, verdicts.typical, paint)}`,
    noise === null
      ? "one run per build does not show differences between runs; give several: A.json,A2.json B.json,B2.json"
      : `runs of the same build differ by ${excessText(noise.total)} and, in a typical block, ${excessText(noise.typical)}; smaller differences are not reported`,
  ];
}

const STYLES = { slower: "problem", faster: "ok", same: "strong" } as const;

function figureText(ratio: Ratio, verdict: Verdict, paint: Paint): string {
  const { low, high } = ratio;
  const isSure = low > 1 || high < 1;
  const nothing = isSure ? "within the noise of runs" : "no difference beyond noise";
  const claim = verdict === "same" ? nothing : `B is ${changeText(ratio.ratio)}`;
  return `${paint(STYLES[verdict], claim.padEnd(27))}  with 99 % confidence ${changeText(low)} to ${changeText(high)}`;
}

function excessText(ratio: number): string {
  return `${((ratio - 1) * 100).toFixed(1)} %`;
}

/** `5.1 % slower` */
function changeText(ratio: number): string {
  const percent = Math.abs(ratio - 1) * 100;
  return `${percent.toFixed(percent < 0.095 ? 2 : 1)} % ${ratio < 1 ? "faster" : "slower"}`;
}

/** The comparison as JSON. */
export function comparisonJson({ heights, ...comparison }: Comparison): string {
  const [first_height, last_height] = heights;
  return jsonDocument({ first_height, last_height, ...comparison });
}
