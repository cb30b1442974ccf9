/**
 * A label of a metric. Peers choose message types, user agents and the reasons for their rejection. A label never takes
 * values that peers choose freely: they could fill the memory of the database that stores the series.
 */
export interface Label {
  readonly name: string;
  readonly meaning: string;
  /** All possible values; null where a metric has one series, with a value from the node or corelens. */
  readonly values: readonly string[] | null;
  /** Maps an observed text to one of the values. */
  readonly reduce?: (seen: string) => string;
}

/** The label value for every text outside a label's list. */
export const OTHER = "other";

/** The label value for an observed value. */
export function labelValue({ values, reduce }: Label, seen: unknown): string {
  const text = String(seen);
  if (values === null) return text;
  const reduced = reduce ? reduce(text) : text;
  return values.includes(reduced) ? reduced : OTHER;
}

/** A label with its value in Prometheus' text format. */
export function labelText(name: string, value: string): string {
  return `${name}="${/[\\\n"]/.test(value) ? escaped(value).replaceAll('"', '\\"') : value}"`;
}

export function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

/** Every combination of the labels' values; null when one label has no list. */
export function combinations(labels: readonly Label[]): string[][] | null {
  let all: string[][] = [[]];
  for (const { values } of labels) {
    if (values === null) return null;
    all = all.flatMap((before) => values.map((value) => [...before, value]));
  }
  return all;
}
