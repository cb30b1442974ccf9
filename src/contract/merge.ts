import type { Field, Layout } from "./types.ts";

/**
 * Merges the fields of layouts with equal notes: the result has only what all layouts agree on.
 *
 * `duration_us` and `duration_ns` become `duration` without a unit; a flush mode 3 that is ALWAYS in one and
 * FORCE_FLUSH in the other stays the number 3. The layouts must be of one tracepoint and one shape. In the contract, such
 * layouts differ only in units and values.
 */
export function mergeLayouts(layouts: readonly [Layout, ...Layout[]]): readonly Field[] {
  const [first, ...others] = layouts;
  return others.reduce<readonly Field[]>(
    (merged, other) => merged.map((field, index) => mergeFields(field, other.fields[index]!)),
    first.fields,
  );
}

function mergeFields(a: Field, b: Field): Field {
  const { unit, values, ...rest } = b;
  return {
    ...rest,
    name: commonName(a.name, b.name),
    ...(unit === a.unit
      ? unit !== undefined && { unit }
      : { meaning: `${b.meaning} Whether in ${a.unit} or ${unit} cannot be told.` }),
    ...(values !== undefined && { values: commonValues(values, a.values ?? {}) }),
  };
}

/** `duration` of `duration_us` and `duration_ns`. */
function commonName(a: string, b: string): string {
  const words = b.split("_");
  const differing = a.split("_").findIndex((word, index) => word !== words[index]);
  return differing === -1 ? a : words.slice(0, differing).join("_");
}

function commonValues(
  a: Readonly<Record<number, string>>,
  b: Readonly<Record<number, string>>,
): Record<number, string> {
  return Object.fromEntries(Object.entries(a).filter(([value, name]) => b[Number(value)] === name));
}
