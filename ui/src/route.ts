import { signal } from "@preact/signals";
import type { Scale } from "../../src/picture/history.ts";

/*
 * The address holds what is looked at: a page is a path, its choices are the query. Whoever is sent the address sees
 * the same.
 */

interface Route {
  readonly path: string;
  readonly query: URLSearchParams;
}

function current(): Route {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export const route = signal<Route>(current());

addEventListener("popstate", () => {
  route.value = current();
});

/** Choices that are not of one page: every link keeps them. */
const KEPT = ["recording", "range"] as const;
type Kept = (typeof KEPT)[number];

/** The address of another page that shows the same. */
export function addressOf(
  path: string,
  changes: Partial<Record<Kept, string | null>> = {},
): string {
  const query = new URLSearchParams();
  for (const name of KEPT) {
    const value = name in changes ? changes[name] : route.value.query.get(name);
    if (value) query.set(name, value);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export function go(path: string): void {
  if (path !== location.pathname) visit(path);
}

export function visit(path: string, changes?: Partial<Record<Kept, string | null>>): void {
  history.pushState(null, "", addressOf(path, changes));
  route.value = current();
  scrollTo(0, 0);
}

/** A choice of the page; null takes it out of the address. */
export function choose(name: string, value: string | null): void {
  const query = new URLSearchParams(location.search);
  if (value === null || value === "") query.delete(name);
  else query.set(name, value);
  const text = query.toString();
  history.replaceState(null, "", text ? `${location.pathname}?${text}` : location.pathname);
  route.value = current();
}

export function chosen(name: string): string | null {
  return route.value.query.get(name);
}

const RANGES: readonly string[] = ["5m", "1h", "24h"];

export function range(): Scale {
  const value = chosen("range");
  return value !== null && RANGES.includes(value) ? (value as Scale) : "5m";
}
