/**
 * A label of a metric. Peers choose message types, user agents and what they are refused for; a label must never
 * take values of their choice, or they fill the memory of whoever stores the series.
 */
export interface Label {
  readonly name: string;
  readonly meaning: string;
  /** All values it can have; null where a metric has one series, with a value of the node's or of corelens. */
  readonly values: readonly string[] | null;
  /** Reduces what was seen to one of the values. */
  readonly reduce?: (seen: string) => string;
}

/** What is not among a label's values. */
export const OTHER = "other";

/** The value that a label has for something that was seen. */
export function labelValue({ values, reduce }: Label, seen: unknown): string {
  const text = String(seen);
  if (values === null) return text;
  const reduced = reduce ? reduce(text) : text;
  return values.includes(reduced) ? reduced : OTHER;
}

/** Every combination of values that some labels can have; null when one of them has no list. */
export function combinations(labels: readonly Label[]): string[][] | null {
  let all: string[][] = [[]];
  for (const { values } of labels) {
    if (values === null) return null;
    all = all.flatMap((before) => values.map((value) => [...before, value]));
  }
  return all;
}
