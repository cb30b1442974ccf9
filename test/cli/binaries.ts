import { existsSync, realpathSync } from "node:fs";
import type { Need } from "../helpers/needs.ts";

/** Node binaries to test with, separated by colons. */
export const NODES = (process.env.CORELENS_TEST_NODES ?? "").split(":").filter(Boolean);

/** The C++ library of the system, which has probes; undefined if it is missing. */
export const LIBRARY = [
  "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
  "/usr/lib/aarch64-linux-gnu/libstdc++.so.6",
  "/usr/lib64/libstdc++.so.6",
]
  .filter(existsSync)
  .map((path) => realpathSync(path))[0];

export const library: Need = () => (LIBRARY ? null : "no libstdc++.so.6");
