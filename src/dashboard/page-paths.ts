/** The pages of the dashboard: each is a path of the one document. */
export const PAGE_PATHS = [
  "/",
  "/peers",
  "/network",
  "/blocks",
  "/mempool",
  "/coins",
  "/wallet",
  "/tracepoints",
  "/recordings",
] as const;

export type PagePath = (typeof PAGE_PATHS)[number];

/** The page of a path, which may end with slashes; null when there is none. */
export function pageOf(path: string): PagePath | null {
  const plain = path.replace(/\/+$/, "") || "/";
  return PAGE_PATHS.find((page) => page === plain) ?? null;
}
