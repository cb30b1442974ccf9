import { type Finding, findingText } from "../../contract/finding.ts";
import type { ListingStyle } from "../../terminal/listing.ts";
import { counted } from "../../text/counted.ts";
import { hang } from "../../text/fill.ts";
import { printable } from "../../text/printable.ts";

/** The release that a binary was compared with, and the differences. */
export interface CheckedBinary {
  readonly path: string;
  /** `Bitcoin Core v31 or later, 20 tracepoints` */
  readonly description: string;
  readonly findings: readonly Finding[];
}

export function hasDrift(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "drift");
}

/**
 *     build/bin/bitcoind: Bitcoin Core v29 or later, 20 tracepoints
 *       drift  mempool:added argument 2 has another width: expected vsize: int32 (-4@), found 8@%rax
 *       drift in 1 place
 */
export function findingLines(
  { path, description, findings }: CheckedBinary,
  { paint, width }: ListingStyle,
): string[] {
  const lines = findings.flatMap((finding) => {
    const { severity } = finding;
    const head = paint(severity === "drift" ? "problem" : "warning", severity.padEnd(5));
    return hang(`  ${head}  `, printable(findingText(finding)).split(" "), width);
  });
  return [
    ...hang(`${paint("strong", printable(path))}: `, description.split(" "), width),
    ...lines,
    `  ${verdict(findings, paint)}`,
  ];
}

function verdict(findings: readonly Finding[], paint: ListingStyle["paint"]): string {
  const drift = findings.filter(({ severity }) => severity === "drift").length;
  const notes = findings.length - drift;
  const noted = notes === 0 ? "" : `, ${counted(notes, "note")}`;
  return drift === 0
    ? paint("ok", `no drift${noted}`)
    : paint("problem", `drift in ${counted(drift, "place")}${noted}`);
}
