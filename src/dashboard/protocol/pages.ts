import type { Section } from "../../model/sections.ts";

/** A page of the dashboard: a path of the one document, shown by the component `NAME` of `ui/src/pages/NAME.tsx`. */
export interface PageEntry {
  readonly path: string;
  /** In the navigation. It is also the name of the component; the file has the same name in lower case. */
  readonly title: string;
  /** The part of the model that the page shows; null when it shows none. */
  readonly section: Section | null;
  /** Whether the page has charts over time. */
  readonly charts: boolean;
}

/** In the order of the navigation. */
export const PAGES = [
  { path: "/", title: "Overview", section: "overview", charts: true },
  { path: "/peers", title: "Peers", section: "peers", charts: false },
  { path: "/network", title: "Network", section: "network", charts: false },
  { path: "/blocks", title: "Blocks", section: "blocks", charts: true },
  { path: "/mempool", title: "Mempool", section: "mempool", charts: true },
  { path: "/coins", title: "Coins", section: "coins", charts: true },
  { path: "/wallet", title: "Wallet", section: "wallet", charts: true },
  { path: "/tracepoints", title: "Tracepoints", section: "tracepoints", charts: false },
  { path: "/recordings", title: "Recordings", section: null, charts: false },
] as const satisfies readonly PageEntry[];

/** The page of a path, which may end with slashes; null when there is none. */
export function pageOf(path: string): PageEntry | null {
  const plain = path.replace(/\/+$/, "") || "/";
  return PAGES.find((page) => page.path === plain) ?? null;
}
