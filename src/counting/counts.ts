import { BY_TRACEPOINT } from "./count-request.ts";
import { type Counts, decodeRows, type Group, type Measured } from "./group.ts";
import type { Rows } from "./group-map.ts";
import { combineSpreads } from "./spread.ts";

/**
 * Merges the counts of a request's tracepoints. Groups with equal keys are added, unless `by` has `tracepoint`.
 */
export function countsOf(rows: readonly Rows[], by: readonly string[]): Counts {
  const place = by.indexOf(BY_TRACEPOINT);
  const counted = rows.map((each) => {
    const counts = decodeRows(each);
    if (place < 0) return counts;
    const named = (group: Group): Group => ({
      ...group,
      key: group.key.toSpliced(place, 0, each.layout.tracepoint),
    });
    return { ...counts, groups: counts.groups.map(named) };
  });
  const overflows = counted.flatMap(({ overflow }) => overflow ?? []);
  return {
    shape: counted[0]?.shape ?? null,
    groups: mergeAlike(counted.flatMap(({ groups }) => groups)),
    overflow: overflows.length === 0 ? null : overflows.reduce(merge),
  };
}

/** Returns the counts since `before`. Minimum and maximum are those of the whole time. */
export function countsSince(before: Counts, now: Counts): Counts {
  const former = new Map(before.groups.map((group) => [identity(group), group]));
  const since = (group: Group, old: Group | null | undefined): Group =>
    old ? combine(group, old, -1) : group;
  return {
    shape: now.shape,
    groups: now.groups
      .map((group) => since(group, former.get(identity(group))))
      .filter(({ count }) => count > 0),
    overflow: now.overflow && since(now.overflow, before.overflow),
  };
}

/** A text that is equal for groups with equal keys only. */
export function identity({ key, truncated }: Pick<Group, "key" | "truncated">): string {
  return JSON.stringify([key.map((value) => [typeof value, String(value)]), truncated]);
}

function mergeAlike(groups: readonly Group[]): Group[] {
  const merged = new Map<string, Group>();
  for (const group of groups) {
    const id = identity(group);
    const alike = merged.get(id);
    merged.set(id, alike ? merge(alike, group) : group);
  }
  return [...merged.values()];
}

function merge(a: Group, b: Group): Group {
  return combine(a, b, 1);
}

function combine(a: Group, b: Group, sign: 1 | -1): Group {
  return {
    key: a.key,
    truncated: a.truncated,
    count: a.count + sign * b.count,
    measures: a.measures.map((measured, i) => combineMeasured(measured, b.measures[i]!, sign)),
    buckets: a.buckets?.map((count, i) => count + sign * b.buckets![i]!) ?? null,
  };
}

function combineMeasured(a: Measured, b: Measured, sign: 1 | -1): Measured {
  return {
    known: a.known + sign * b.known,
    sum: a.sum === null || b.sum === null ? null : a.sum + BigInt(sign) * b.sum,
    min: least(a.min, b.min),
    max: greatest(a.max, b.max),
    spread: a.spread && b.spread && combineSpreads(a.spread, b.spread, sign),
  };
}

function least(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function greatest(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
