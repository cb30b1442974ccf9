import { signal } from "@preact/signals";
import { pageOf } from "../../src/dashboard/protocol/pages.ts";
import type { Scale } from "../../src/model/history.ts";

/*
 * The address holds everything that is shown: the path is the page, the query its choices. A copied address shows the
 * same.
 */

interface Route {
  /** The path of a page, or the requested path when there is no such page. */
  readonly path: string;
  readonly query: URLSearchParams;
}

function current(): Route {
  const { pathname, search } = location;
  return { path: pageOf(pathname)?.path ?? pathname, query: new URLSearchParams(search) };
}

export const route = signal<Route>(current());

addEventListener("popstate", () => {
  route.value = current();
});

/** Choices that apply to all pages: every link keeps them. */
const KEPT = ["recording", "range"] as const;

/** The address of a page for the same recording and range. */
export function addressOf(path: string, choices: Choices = {}): string {
  const query = new URLSearchParams();
  for (const name of KEPT) {
    const value = route.value.query.get(name);
    if (value) query.set(name, value);
  }
  for (const [name, value] of Object.entries(choices)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export function go(path: string): void {
  if (path !== route.value.path) visit(path);
}

export function visit(path: string, changes?: Choices): void {
  history.pushState(null, "", addressOf(path, changes));
  route.value = current();
  scrollTo(0, 0);
}

type Choices = Readonly<Record<string, string | null>>;

/**
 * Sets how the page is shown: a sort, a range, a filter while it is typed. It replaces the current entry of the history;
 * null removes the choice.
 */
export function choose(name: string, value: string | null): void {
  history.replaceState(null, "", withChoices({ [name]: value }));
  route.value = current();
}

/** Sets what is shown: an open object, a running query. It adds an entry to the history, so that Back leads back. */
export function open(choices: Choices, path: string = route.value.path): void {
  const address = path === route.value.path ? withChoices(choices) : addressOf(path, choices);
  if (address === route.value.path + location.search) return;
  history.pushState(null, "", address);
  route.value = current();
}

function withChoices(choices: Choices): string {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(choices)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text ? `${route.value.path}?${text}` : route.value.path;
}

/** Escape closes objects that these choices open. */
const OBJECTS = ["peer", "block"] as const;

addEventListener("keydown", ({ key, target, defaultPrevented }) => {
  const isTyped = target instanceof Element && target.matches("input:not([type=range])");
  if (key !== "Escape" || defaultPrevented || isTyped || !OBJECTS.some(chosen)) return;
  open(Object.fromEntries(OBJECTS.map((name) => [name, null])));
});

export function chosen(name: string): string | null {
  return route.value.query.get(name);
}

const RANGES: readonly string[] = ["5m", "1h", "24h"];

export function range(): Scale {
  const value = chosen("range");
  return value !== null && RANGES.includes(value) ? (value as Scale) : "5m";
}
