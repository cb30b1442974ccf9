import { createRequire } from "node:module";

/** Loads koffi at its first use: on systems without a binary of it, loading fails. */
export function loadKoffi(): typeof import("koffi") {
  return createRequire(import.meta.url)("koffi");
}
