import type { CountAsked } from "./counter.ts";
import type { EventChoice } from "./event-choice.ts";

/*
 * What a page's query is on the command line, for those who want it without a browser: exact, without bounds of what is
 * tested, in a script. Pages use this file as it is, so it needs nothing but the language.
 */

/** Where the command is to read: a node needs rights, a recording does not. */
type Source = "node" | "recording";

export function traceCommand(choice: EventChoice, source: Source): string {
  return command("trace", source, choice.tracepoints, whereOf(choice));
}

export function countCommand(asked: CountAsked, source: Source): string {
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

/** As a shell takes it for one word, whatever is in it. */
function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
