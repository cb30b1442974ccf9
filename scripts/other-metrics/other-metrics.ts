import { BITCOIND_OBSERVER } from "./bitcoind-observer.ts";
import { IPC_EXPORTER_RUST } from "./ipc-exporter-rust.ts";
import type { OtherTool } from "./other-tool.ts";
import { PEER_OBSERVER } from "./peer-observer.ts";
import { STATOSHI } from "./statoshi.ts";

/** For people who come from another tool: docs/metrics.md has these tables, and a test checks that every equal exists. */
export const OTHER_METRICS: readonly OtherTool[] = [
  BITCOIND_OBSERVER,
  IPC_EXPORTER_RUST,
  PEER_OBSERVER,
  STATOSHI,
];
