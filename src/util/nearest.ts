/** The candidates nearest to a mistyped name, best first. */
export function nearest(name: string, candidates: Iterable<string>, most = 3): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return [...candidates]
    .map((candidate) => ({ candidate, distance: distance(name, candidate) }))
    .filter(({ candidate, distance }) => distance <= limit || candidate.includes(name))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Returns `did you mean a or b?`; without near candidates, the other cure. */
export function suggestion(near: readonly string[], otherwise: string): string {
  return near.length > 0 ? `did you mean ${near.join(" or ")}?` : otherwise;
}

/** Levenshtein distance: the minimum number of letters to insert, remove or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, above[j]! + 1, row[j - 1]! + 1));
    }
  }
  return row[b.length]!;
}
