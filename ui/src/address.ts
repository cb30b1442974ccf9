import { pageOf } from "../../src/dashboard/protocol/pages.ts";
import { SCALES, type Scale } from "../../src/model/history.ts";

/*
 * The address holds everything that is shown: the path is the page, the query its choices. A copied address shows the
 * same.
 */

export interface Route {
  /** The path of a page, or the requested path when there is no such page. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Values by name; null and the empty text remove a choice. */
export type Choices = Readonly<Record<string, string | null>>;

export function routeOf(pathname: string, search: string): Route {
  return { path: pageOf(pathname)?.path ?? pathname, query: new URLSearchParams(search) };
}

/** Choices that apply to all pages: every link keeps them. */
const KEPT = ["recording", "range"] as const;

/** The address of another page for the same recording and range. */
export function addressFrom({ query }: Route, path: string, choices: Choices = {}): string {
  const kept = new URLSearchParams();
  for (const name of KEPT) {
    const value = query.get(name);
    if (value) kept.set(name, value);
  }
  return addressWith({ path, query: kept }, choices);
}

/** The address of the same page with other choices. */
export function addressWith({ path, query }: Route, choices: Choices): string {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(choices)) {
    if (value) changed.set(name, value);
    else changed.delete(name);
  }
  const text = changed.toString();
  return text ? `${path}?${text}` : path;
}

const RANGES: readonly string[] = Object.keys(SCALES);

/** The range of the charts, five minutes unless the address has another valid one. */
export function rangeOf({ query }: Route): Scale {
  const value = query.get("range");
  return value !== null && RANGES.includes(value) ? (value as Scale) : "5m";
}
