import { realpathSync } from "node:fs";
import { Command, Option } from "commander";
import type { RecognisedTracepoint } from "../../contract/recognise.ts";
import { streamLine } from "../../event/json.ts";
import { findNodes } from "../../node/process/find-nodes.ts";
import { nodeNotFound } from "../../node/process/hidden-nodes.ts";
import { readSemaphores } from "../../node/process/semaphores.ts";
import { checkSelection, matches } from "../../session/attach/selection.ts";
import { parseTarget, resolveTarget } from "../../session/attach/target.ts";
import { helpText } from "../../terminal/help-text.ts";
import { type Listing, listedProbes } from "../../terminal/listing.ts";
import { Output } from "../../terminal/output.ts";
import { parseNames } from "../../terminal/parse-option.ts";
import { contractOption, jsonLinesOption, targetOption } from "../../terminal/reader-options.ts";
import { retireOption } from "../../terminal/retired-options.ts";
import { allTargets, type TargetOptions } from "../../terminal/target-argument.ts";
import { painter } from "../../text/paint.ts";
import { gdbListing } from "../../usdt/listing/gdb.ts";
import { readelfListing } from "../../usdt/listing/readelf.ts";
import { tplistListing } from "../../usdt/listing/tplist.ts";
import type { Probe } from "../../usdt/probe.ts";
import { binariesAmong, fileTarget, ofAllTargets } from "../file-targets.ts";
import { listingJson } from "./listing-json.ts";
import { tracepointDetails } from "./tracepoint-details.ts";
import { tracepointTable } from "./tracepoint-table.ts";

interface ListOptions extends TargetOptions {
  readonly format: keyof typeof FORMATS;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly tracepoint?: string[];
}

type Format = (listings: readonly Listing[], verbose: boolean, output: Output) => string;

const FORMATS = {
  table(listings, verbose, output) {
    const view = verbose ? tracepointDetails : tracepointTable;
    const style = { paint: painter(output.hasColour), width: output.columns };
    return listings.map((listing) => `${view(listing, style).join("\n")}\n`).join("\n");
  },
  gdb: eachFile(gdbListing),
  readelf: eachFile((_, probes) => readelfListing(probes)),
  tplist: eachFile(tplistListing),
} as const satisfies Record<string, Format>;

export const command = new Command("list")
  .argument(
    "[target...]",
    "binaries, directories, patterns, pids or pid files (default: every running node)",
  )
  .addOption(targetOption)
  .option(
    "--tracepoint <names>",
    "only these tracepoints: names or patterns, separated by commas",
    parseNames,
  )
  .option("-v, --verbose", "also print meanings, addresses and argument specifications")
  .addOption(
    new Option("--format <format>", "print a table or the format of another tool")
      .choices(Object.keys(FORMATS))
      .default("table")
      .conflicts("json"),
  )
  .addOption(jsonLinesOption)
  .addOption(contractOption)
  .addHelpText(
    "after",
    helpText({
      notes: [
        "A tracepoint's semaphore is above 0 while a tracer uses it. A process is listed with its executable and its shared objects that have tracepoints. A directory or a quoted pattern ('/opt/**/bitcoind') selects all files with tracepoints. Binaries for other machines (arm, riscv64, ppc64, s390x, i386, ...) can be listed but not traced.",
      ],
      examples: [
        "corelens list /usr/bin/bitcoind --tracepoint 'net:*' --verbose",
        "corelens list 4711 --json | jq -r '.tracepoints[]?.name'",
      ],
    }),
  )
  .action(async (targets: string[], options: ListOptions) => {
    const output = new Output();
    const { format, json, verbose = false, tracepoint = [] } = options;
    const listings = filtered(
      ofAllTargets(allTargets(targets, options), listingsOf, true),
      tracepoint,
    );
    const text = json
      ? streamLine("list") + listings.map(listingJson).join("")
      : FORMATS[format](listings, verbose, output);
    await output.write(text);
  });

retireOption(command, "f", "--format FORMAT");
retireOption(command, "p", "--tracepoint NAMES");

/** The formats of other tools list files, not processes. */
function eachFile(
  print: (path: string, probes: readonly Probe[], verbose: boolean) => string,
): Format {
  return (listings, verbose) =>
    listings.map((listing) => print(listing.binary.path, listedProbes(listing), verbose)).join("");
}

/** @throws CorelensError of finding the target */
function listingsOf(text: string | undefined): Listing[] {
  const among = text === undefined ? null : fileTarget(text);
  if (among?.kind === "among") {
    return binariesAmong(among).map((binary) => listingOf(null, binary));
  }
  const spec = parseTarget(text);
  if (spec.kind === "search") {
    const nodes = findNodes();
    if (nodes.length === 0) throw nodeNotFound();
    return nodes.map(({ process, binary }) => listingOf(process, binary));
  }
  const { process, files } = resolveTarget(spec);
  return files.map(({ binary }) =>
    // Other tools name a file by its real path too.
    listingOf(process, process ? binary : { ...binary, path: realpathSync(binary.path) }),
  );
}

function listingOf(process: Listing["process"], binary: Listing["binary"]): Listing {
  return {
    binary,
    process,
    tracepoints: binary.recognition.tracepoints,
    semaphores: process && readSemaphores(process.pid, binary.path, binary.probes),
  };
}

/** @throws CorelensError TRACEPOINT_UNKNOWN when a pattern matches nothing */
function filtered(listings: readonly Listing[], patterns: readonly string[]): Listing[] {
  if (patterns.length === 0) return [...listings];
  checkSelection(
    listings.flatMap(({ tracepoints }) => tracepoints),
    { patterns, fields: null },
  );
  const isWanted = ({ name }: RecognisedTracepoint) =>
    patterns.some((pattern) => matches(pattern, name));
  return listings
    .map((listing) => ({ ...listing, tracepoints: listing.tracepoints.filter(isWanted) }))
    .filter(({ tracepoints }) => tracepoints.length > 0);
}
