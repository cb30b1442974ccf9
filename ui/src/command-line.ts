import type { CountCommand } from "../../src/dashboard/protocol/count.ts";
import type { EventChoice } from "../../src/dashboard/protocol/events.ts";

/*
 * The query of a page as a shell command, which has no limit of tested events and runs in scripts.
 */

/** The source of the events: a node needs root, a recording does not. */
type Source = "node" | "recording";

export function traceCommand(choice: EventChoice, source: Source): string {
  return command("trace", source, choice.tracepoints, whereOf(choice));
}

export function countCommand(asked: CountCommand, source: Source): string {
  const { tracepoints, by, sum, min, mean, max, histogram } = asked;
  const isLinear = histogram !== null && /:.*:.*:/.test(histogram);
  const options: (readonly [option: string, value: string])[] = [
    ["--by", by.join(",")],
    ...Object.entries({ sum, min, mean, max }).map(
      ([statistic, terms]) => [`--${statistic}`, terms.join(",")] as const,
    ),
    [isLinear ? "--lhist" : "--hist", histogram ?? ""],
    ...whereOf(asked),
  ];
  return command("count", source, tracepoints.length > 0 ? tracepoints : ["*"], options);
}

function whereOf({ where }: EventChoice): (readonly [string, string])[] {
  return [["--where", where ?? ""]];
}

function command(
  name: string,
  source: Source,
  patterns: readonly string[],
  options: readonly (readonly [option: string, value: string])[],
): string {
  const words = options.flatMap(([option, value]) => (value === "" ? [] : [option, quoted(value)]));
  const start = source === "node" ? ["sudo", "corelens", name] : ["corelens", name];
  const from = source === "node" ? [] : ["--from", "RECORDING"];
  return [...start, ...from, ...patterns.map(quoted), ...words].join(" ");
}

/** The word quoted for a shell. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
