import { Command, InvalidArgumentError } from "commander";
import { checkContract, checkRelease } from "../../contract/check.ts";
import { RELEASES } from "../../contract/contract.ts";
import { jsonLine, streamLine } from "../../event/json.ts";
import { type Binary, isNode, readBinary } from "../../node/process/binary.ts";
import { binaryTitle } from "../../node/process/binary-title.ts";
import { findNodes } from "../../node/process/find-nodes.ts";
import { nodeNotFound } from "../../node/process/hidden-nodes.ts";
import { parseTarget, resolveTarget } from "../../session/attach/target.ts";
import { helpText } from "../../terminal/help-text.ts";
import { Output } from "../../terminal/output.ts";
import { contractOption, jsonLinesOption, targetOption } from "../../terminal/reader-options.ts";
import { allTargets, type TargetOptions } from "../../terminal/target-argument.ts";
import { painter } from "../../text/paint.ts";
import { binariesAmong, fileTarget, ofAllTargets } from "../file-targets.ts";
import { type CheckedBinary, findingLines, hasDrift } from "./findings.ts";

interface CheckOptions extends TargetOptions {
  readonly release?: number;
  readonly json?: boolean;
}

export const command = new Command("check")
  .argument(
    "[target...]",
    "binaries, directories, patterns, pids or pid files (default: every running node)",
  )
  .addOption(targetOption)
  .option("-r, --release <n>", "compare with this release of Bitcoin Core: 29", parseRelease)
  .addOption(jsonLinesOption)
  .addOption(contractOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "A directory or a quoted pattern ('/opt/**/bitcoind') selects all files with tracepoints, also binaries for other machines.",
        "Without --release, corelens recognises the release. Drift breaks programs that are written for the contract; notes do not. The exit status is 0 without drift, 1 with drift, 2 if a binary cannot be read.",
      ],
      examples: [
        "corelens check build/bin/bitcoind --release 31",
        "corelens check old/bitcoind new/bitcoind --json | jq -c '.findings[]?'",
      ],
    }),
  )
  .action(async (targets: string[], options: CheckOptions) => {
    const output = new Output();
    const style = { paint: painter(output.hasColour), width: output.columns };
    const binaries = ofAllTargets(allTargets(targets, options), binariesOf, false);
    const checked = binaries.map((binary) => check(binary, options.release));
    if (options.json) await output.write(streamLine("check"));
    for (const each of checked) {
      const drift = hasDrift(each.findings);
      const text = options.json
        ? jsonLine("corelens:checked", { ...each, drift })
        : `${findingLines(each, style).join("\n")}\n`;
      await output.write(text);
      if (drift) process.exitCode ??= DRIFT;
    }
  });

const DRIFT = 1;

function check(binary: Binary, release: number | undefined): CheckedBinary {
  const { path, probes, coreVersion } = binary;
  return {
    path,
    description: `${binaryTitle(binary)}${release === undefined ? "" : `, against v${release}`}`,
    findings:
      release === undefined ? checkContract(probes, coreVersion) : checkRelease(probes, release),
  };
}

/**
 * Of a process, the file with a node's tracepoints; without a target, that of every running node.
 * @throws CorelensError of finding and reading the target
 */
function binariesOf(target?: string): Binary[] {
  if (target === undefined) {
    const nodes = findNodes();
    if (nodes.length === 0) throw nodeNotFound();
    return nodes.map(({ binary }) => binary);
  }
  const files = fileTarget(target);
  return files.kind === "among" ? binariesAmong(files) : [binaryOf(target)];
}

function binaryOf(target: string): Binary {
  const spec = parseTarget(target);
  if (spec.kind === "path") return readBinary(spec.path);
  const binaries = resolveTarget(spec).files.map(({ binary }) => binary);
  return binaries.find(isNode) ?? binaries[0]!;
}

function parseRelease(text: string): number {
  const release = Number(text.replace(/^v/, ""));
  const [first, last] = [RELEASES[0]!, RELEASES.at(-1)!];
  if (!Number.isInteger(release) || release < first || release > last) {
    throw new InvalidArgumentError(`The contract has releases ${first} to ${last}.`);
  }
  return release;
}
