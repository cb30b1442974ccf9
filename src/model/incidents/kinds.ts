import {
  EVICTION_WAVE,
  FLUSH_STALL,
  LOSS_PAUSE_MS,
  MINUTE_MS,
  MISBEHAVIOUR_CROWD,
  REORGANISATION,
  SLOW_BLOCK,
  STALE_TIP,
} from "./thresholds.ts";

/** A kind of incident, as docs/log.md and the pages explain it. */
interface KindEntry {
  /** In a few words, for lists. */
  readonly title: string;
  readonly meaning: string;
  /** From when on it is an incident, and which severity it has. */
  readonly threshold: string;
  readonly why: string;
  readonly action: string;
  /** The tracepoints and notices that it is made from. */
  readonly on: readonly string[];
  /** So many within ten minutes are a warning. */
  readonly crowd?: number;
}

const minutes = (ms: number): string => `${ms / MINUTE_MS} minutes`;
const seconds = (ms: number): string => (ms === 1000 ? "a second" : `${ms / 1000} s`);

/** Every kind of incident. */
export const INCIDENT_KINDS = {
  reorganisation: {
    title: "reorganisation",
    meaning:
      "The node replaced blocks of its chain by those of a branch with more work. Their transactions returned to the mempool, or are no longer valid.",
    threshold: `one block: info; ${REORGANISATION.warningBlocks} blocks: warning; ${REORGANISATION.alarmBlocks} or more: alarm`,
    why: "One block is replaced about once a month, because two miners find blocks at the same time. Two are rare; three have not happened by chance for years.",
    action:
      "`bitcoin-cli getchaintips` lists the branches. From two blocks on, wait for more confirmations and compare the tip with another node's.",
    on: [
      ...["validation:block_connected", "mempool:added", "mempool:removed", "mempool:rejected"],
      ...["ipc:block_connected", "ipc:block_disconnected"],
    ],
  },
  slow_block: {
    title: "slow block",
    meaning: "Connecting a block took far longer than the blocks before it.",
    threshold: `at least ${seconds(SLOW_BLOCK.leastMs)} and ${SLOW_BLOCK.times} times the median of the last ${SLOW_BLOCK.compared} blocks: info; at least ${seconds(SLOW_BLOCK.warningMs)}: warning`,
    why: "Times depend on the machine, so a block is compared with those before it. Below a second it delays no one; after five seconds miners and wallets do.",
    action:
      "Is the disk or the CPU busy with something else? `corelens timeline HEIGHT` shows the steps of the block.",
    on: ["validation:block_connected"],
  },
  stale_tip: {
    title: "no block",
    meaning: "The node has connected no block for a long time.",
    threshold: `${minutes(STALE_TIP.infoMs)}: info; ${minutes(STALE_TIP.warningMs)}: warning; ${minutes(STALE_TIP.alarmMs)}: alarm`,
    why: "Gaps between blocks are exponential with a mean of ten minutes: one in 400 is longer than an hour (every three days), one in 160,000 longer than two (every three years). Longer gaps mean that the node does not receive blocks. A node that never opened a connection by itself, such as one on regtest, has no such incident.",
    action:
      "Compare the height with another node's, and look at the peers: `bitcoin-cli getpeerinfo`, the clock, the firewall.",
    on: ["validation:block_connected", "ipc:block_connected", "net:outbound_connection"],
  },
  flush_stall: {
    title: "flush",
    meaning: "Writing the UTXO cache to disk blocked the node, which validates nothing meanwhile.",
    threshold: `at least ${seconds(FLUSH_STALL.infoMs)}: info; at least ${seconds(FLUSH_STALL.warningMs)}: warning`,
    why: "During a flush the node relays no block. A large cache on a slow disk takes minutes.",
    action: "A faster disk, or a smaller `-dbcache`.",
    on: ["utxocache:flush"],
  },
  eviction_wave: {
    title: "eviction wave",
    meaning: "Many inbound connections were evicted, because all slots were in use and more came.",
    threshold: `${EVICTION_WAVE.begin} within ${minutes(EVICTION_WAVE.windowMs)}, until fewer than ${EVICTION_WAVE.end} are: warning`,
    why: "With free slots there is no eviction, with full ones up to three a minute. Someone who opens connections again and again causes many; mostly the newest connections of the largest network are evicted.",
    action:
      "`corelens p2p-monitor` shows who connects. `bitcoin-cli setban` bans a network; `-maxconnections` gives more slots.",
    on: ["net:evicted_inbound_connection"],
  },
  misbehaviour: {
    title: "misbehaviour",
    meaning: "A peer violated the protocol. Bitcoin Core disconnects and discourages it.",
    threshold: `each: info; ${MISBEHAVIOUR_CROWD} within ten minutes: warning`,
    why: "One peer with faulty software is normal and harmless. Many at once are an attack, or a new release with a fault.",
    action:
      "None for one. For many, see the reasons: `corelens count net:misbehaving_connection --by reason`.",
    on: ["net:misbehaving_connection", "net:inbound_connection", "net:outbound_connection"],
    crowd: MISBEHAVIOUR_CROWD,
  },
  events_lost: {
    title: "events lost",
    meaning: "corelens lost events: what it shows is incomplete for this time.",
    threshold: `each, until ${seconds(LOSS_PAUSE_MS)} pass without a loss: warning`,
    why: "Events came faster than corelens read them, and the ring buffer was full. Totals of these tracepoints are too low.",
    action: "A larger ring buffer (`--ring 128M`), fewer tracepoints, or a less busy machine.",
    on: ["corelens:lost"],
  },
  node_ended: {
    title: "node ended",
    meaning: "The node's process ended. corelens waits for its successor.",
    threshold: "each, until it starts again: warning",
    why: "It was stopped, or it crashed: tracepoints do not tell the difference.",
    action:
      "If it was not you: the end of the node's `debug.log`, and `journalctl -k` for a lack of memory.",
    on: ["corelens:ended"],
  },
  node_started: {
    title: "node started",
    meaning: "The node's process started, for the first time or again.",
    threshold: "each: info",
    why: "After a restart, the node has new peers, and its memory of the time before is empty.",
    action: "None.",
    on: ["corelens:attached"],
  },
  corelens_started: {
    title: "corelens started",
    meaning: "corelens began to trace. It knows nothing of the time before.",
    threshold: "each: info",
    why: "All totals count from here.",
    action: "None.",
    on: ["corelens:attached"],
  },
  tracepoint_off: {
    title: "tracepoint off",
    meaning: "A viewer of the dashboard switched a tracepoint off: its events are missing.",
    threshold: "each, until it is switched on: info",
    why: "What looks like silence of the node is a choice of a viewer.",
    action: "Switch it on, on the page Tracepoints.",
    on: ["corelens:settings"],
  },
  payloads_read: {
    title: "payloads read",
    meaning: "A viewer of the dashboard opened a peer's conversation: corelens reads its payloads.",
    threshold: "each, until it is closed: info",
    why: "Payloads cost the node more than headers.",
    action: "None; close the peer when you have seen enough.",
    on: ["corelens:settings"],
  },
  tracing_error: {
    title: "tracing error",
    meaning: "corelens could not follow the node; it continues with what is attached.",
    threshold: "each: warning",
    why: "Events may be missing until it works again.",
    action: "Look up the code in errors.md.",
    on: ["corelens:error"],
  },
} as const satisfies Readonly<Record<string, KindEntry>>;

export type IncidentKind = keyof typeof INCIDENT_KINDS;

export const KIND_NAMES = Object.keys(INCIDENT_KINDS) as readonly IncidentKind[];

/** The tracepoints and notices that incidents are made from. */
export const INCIDENT_EVENTS: readonly string[] = [
  ...new Set(Object.values(INCIDENT_KINDS).flatMap(({ on }) => [...on])),
];

export function crowdOf(kind: IncidentKind): number {
  return (INCIDENT_KINDS[kind] as KindEntry).crowd ?? Number.POSITIVE_INFINITY;
}
