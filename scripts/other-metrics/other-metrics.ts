import { BITCOIND_OBSERVER } from "./bitcoind-observer.ts";
import { IPC_EXPORTER_RUST } from "./ipc-exporter-rust.ts";
import type { OtherTool } from "./other-tool.ts";
import { PEER_OBSERVER } from "./peer-observer.ts";
import { STATOSHI } from "./statoshi.ts";

/** Other tools' metrics, for docs/metrics.md. A test checks that every equivalent exists. */
export const OTHER_METRICS: readonly OtherTool[] = [
  BITCOIND_OBSERVER,
  IPC_EXPORTER_RUST,
  PEER_OBSERVER,
  STATOSHI,
];
