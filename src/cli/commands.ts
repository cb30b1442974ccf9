import type { Command } from "commander";

/** Groups of commands, in the order of `corelens --help`. */
export const GROUPS = {
  look: "Watch a node:",
  ask: "Query events and state:",
  keep: "Keep events:",
  serve: "Serve metrics:",
  check: "Check a machine or a binary:",
} as const;

export interface CommandEntry {
  readonly group: keyof typeof GROUPS;
  /** One sentence without the full stop. */
  readonly summary: string;
  /** Commands are loaded when they run: one that reads a file starts without the code that talks to the kernel. */
  readonly load: () => Promise<{ readonly command: Command }>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  dashboard: {
    group: "look",
    summary: "Show a node in a browser, live (the default command)",
    load: () => import("../commands/dashboard/command.ts"),
  },
  demo: {
    group: "look",
    summary: "Show a simulated node, without bitcoind or root",
    load: () => import("../commands/demo/command.ts"),
  },
  "p2p-monitor": {
    group: "look",
    summary: "Show peers and their messages, full screen",
    load: () => import("../commands/p2p-monitor/command.ts"),
  },
  "mempool-monitor": {
    group: "look",
    summary: "Show changes of the mempool, full screen",
    load: () => import("../commands/mempool-monitor/command.ts"),
  },
  timeline: {
    group: "look",
    summary: "Show each block from its announcement to its relay",
    load: () => import("../commands/timeline/command.ts"),
  },
  log: {
    group: "look",
    summary: "Print what happened to a node, in words",
    load: () => import("../commands/log/command.ts"),
  },
  trace: {
    group: "ask",
    summary: "Print events with named and typed fields",
    load: () => import("../commands/trace/command.ts"),
  },
  count: {
    group: "ask",
    summary: "Count events in the kernel, by the values of fields",
    load: () => import("../commands/count/command.ts"),
  },
  tx: {
    group: "ask",
    summary: "Show what became of a transaction",
    load: () => import("../commands/tx/command.ts"),
  },
  block: {
    group: "ask",
    summary: "Show the life of a kept block, by hash or height",
    load: () => import("../commands/block/command.ts"),
  },
  peer: {
    group: "ask",
    summary: "Show the connections of a peer, by number or address",
    load: () => import("../commands/peer/command.ts"),
  },
  sql: {
    group: "ask",
    summary: "Ask history and recordings in SQL",
    load: () => import("../commands/sql/command.ts"),
  },
  state: {
    group: "ask",
    summary: "Print the node's state: chain, peers, mempool, traffic",
    load: () => import("../commands/state/command.ts"),
  },
  ipc: {
    group: "ask",
    summary: "Query a node through its IPC socket",
    load: () => import("../commands/ipc/command.ts"),
  },
  "p2p-traffic": {
    group: "ask",
    summary: "Print P2P messages, or totals by type, peer or address",
    load: () => import("../commands/p2p-traffic/command.ts"),
  },
  "p2p-connections": {
    group: "ask",
    summary: "Print connections opened, closed, evicted; misbehaviour",
    load: () => import("../commands/p2p-connections/command.ts"),
  },
  "p2p-messages": {
    group: "ask",
    summary: "Print whole P2P messages, or write them to files",
    load: () => import("../commands/p2p-messages/command.ts"),
  },
  utxos: {
    group: "ask",
    summary: "Print coins added to and spent from the UTXO cache",
    load: () => import("../commands/utxos/command.ts"),
  },
  "utxocache-flushes": {
    group: "ask",
    summary: "Print flushes of the UTXO cache to disk",
    load: () => import("../commands/utxocache-flushes/command.ts"),
  },
  "block-benchmark": {
    group: "ask",
    summary: "Measure the time to connect blocks; compare builds",
    load: () => import("../commands/block-benchmark/command.ts"),
  },
  "coin-selection": {
    group: "ask",
    summary: "Print coin selections of wallets",
    load: () => import("../commands/coin-selection/command.ts"),
  },
  decode: {
    group: "ask",
    summary: "Decode a P2P message, a transaction or a block",
    load: () => import("../commands/decode/command.ts"),
  },
  record: {
    group: "keep",
    summary: "Write events to a file",
    load: () => import("../commands/record/command.ts"),
  },
  recordings: {
    group: "keep",
    summary: "List, save and delete recordings of the last hours",
    load: () => import("../commands/recordings/command.ts"),
  },
  replay: {
    group: "keep",
    summary: "Print a recording's events at the recorded speed",
    load: () => import("../commands/replay/command.ts"),
  },
  export: {
    group: "keep",
    summary: "Convert a recording to Parquet, CSV or JSON",
    load: () => import("../commands/export/command.ts"),
  },
  info: {
    group: "keep",
    summary: "Describe a recording and check it for damage",
    load: () => import("../commands/info/command.ts"),
  },
  metrics: {
    group: "serve",
    summary: "Serve metrics of a node to Prometheus",
    load: () => import("../commands/metrics/command.ts"),
  },
  doctor: {
    group: "check",
    summary: "Check whether this machine can trace, with cures",
    load: () => import("../commands/doctor/command.ts"),
  },
  list: {
    group: "check",
    summary: "List the tracepoints of a node, a process or a file",
    load: () => import("../commands/list/command.ts"),
  },
  check: {
    group: "check",
    summary: "Compare a binary's tracepoints with the contract",
    load: () => import("../commands/check/command.ts"),
  },
  simulate: {
    group: "check",
    summary: "Run a simulated node with real tracepoints",
    load: () => import("../commands/simulate/command.ts"),
  },
};

export const DEFAULT_COMMAND = "dashboard";
