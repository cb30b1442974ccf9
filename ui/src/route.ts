import { signal } from "@preact/signals";
import type { Scale } from "../../src/model/history.ts";
import { addressFrom, addressWith, type Choices, type Route, rangeOf, routeOf } from "./address.ts";

/* The address of the browser as a signal. */

function current(): Route {
  return routeOf(location.pathname, location.search);
}

export const route = signal<Route>(current());

addEventListener("popstate", () => {
  route.value = current();
});

/** The address of a page for the same recording and range. */
export function addressOf(path: string, choices?: Choices): string {
  return addressFrom(route.value, path, choices);
}

export function go(path: string): void {
  if (path !== route.value.path) visit(path);
}

export function visit(path: string, choices?: Choices): void {
  history.pushState(null, "", addressOf(path, choices));
  route.value = current();
  scrollTo(0, 0);
}

/**
 * Sets how the page is shown: a sort, a range, a filter while it is typed. It replaces the current entry of the history;
 * null removes the choice.
 */
export function choose(name: string, value: string | null): void {
  history.replaceState(null, "", addressWith(route.value, { [name]: value }));
  route.value = current();
}

/** Sets what is shown: an open object, a running query. It adds an entry to the history, so that Back returns. */
export function open(choices: Choices, path: string = route.value.path): void {
  const isSamePage = path === route.value.path;
  const address = isSamePage ? addressWith(route.value, choices) : addressOf(path, choices);
  if (address === route.value.path + location.search) return;
  history.pushState(null, "", address);
  route.value = current();
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

export function range(): Scale {
  return rangeOf(route.value);
}
