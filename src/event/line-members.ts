import type { Notice } from "./notice.ts";

/** The type of a member of a line; `?` marks optional members. */
export type MemberType =
  | "text"
  | "text?"
  | "text|null?"
  | "integer"
  | "integer?"
  | "integer|null"
  | "number"
  | "number|null"
  | "names"
  | "integers"
  | "object";

/** A line whose tracepoint begins with `corelens:`. */
export interface LineKind<Members extends string = string> {
  readonly summary: string;
  readonly members: Readonly<Record<Members, MemberType>>;
}

type NoticeKinds = {
  readonly [Each in Notice as Each["tracepoint"]]: LineKind<
    Exclude<keyof Each, "tracepoint" | "time"> & string
  >;
};

/** All notices, with their members except tracepoint and time. */
export const NOTICES = {
  "corelens:attached": {
    summary: "Tracing began, or continued with a restarted node or a replaced binary.",
    members: { binary: "text", pid: "integer|null", tracepoints: "integer", running: "integer?" },
  },
  "corelens:ended": {
    summary: "The traced process ended.",
    members: { pid: "integer", awaited: "text|null?" },
  },
  "corelens:lost": {
    summary:
      "Events found the ring buffer full since the last such line; or a recorder could not keep them, if `by` is `recorder`.",
    members: { lost_tracepoint: "text", lost: "integer", by: "text?" },
  },
  "corelens:limited": {
    summary: "A limit omits events: --sample or --rate.",
    members: { sample: "integer|null", rate: "integer|null" },
  },
  "corelens:settings": {
    summary: "The dashboard changed which tracepoints are traced and which peers have payloads.",
    members: { off: "names", peers: "integers" },
  },
  "corelens:unreadable": {
    summary: "A field cannot be read at some sites of a tracepoint.",
    members: {
      unreadable_tracepoint: "text",
      field: "text",
      argument: "text",
      reason: "text",
      sites: "integer",
      of: "integer",
    },
  },
  "corelens:error": {
    summary: "Following the target failed; tracing continues with what is attached.",
    members: { code: "text", message: "text" },
  },
  "corelens:unpaired": {
    summary: "--between: events of the two tracepoints that have no pair.",
    members: {
      from_tracepoint: "text",
      to_tracepoint: "text",
      begun: "integer",
      repeated: "integer",
      unended: "integer",
      dropped: "integer",
      forgotten: "integer",
      unbegun: "integer",
    },
  },
} as const satisfies NoticeKinds;

/** The other lines of streams of events and counts. */
export const STREAM_LINES = {
  "corelens:stream": {
    summary: "The first line of every stream.",
    members: { schema: "integer", corelens: "text", command: "text" },
  },
  "corelens:reorganisation": {
    summary: "Blocks were replaced by others.",
    members: {
      pid: "integer",
      height: "integer",
      depth: "integer",
      replaced: "names",
      returned: "integer|null",
      dropped: "integer|null",
      tip_height: "integer",
      tip_hash: "text",
    },
  },
  "corelens:totals": {
    summary: "The last line of a stream of events.",
    members: {
      seconds: "number",
      delivered: "integer",
      lost: "integer",
      truncated: "integer",
      unreadable: "integer",
      omitted: "integer?",
      undecided: "integer?",
      nanoseconds_per_hit: "number|null",
      tracepoints: "object",
    },
  },
  "corelens:count": {
    summary: "The last line of count.",
    members: { seconds: "number", count: "integer", nanoseconds_per_hit: "number|null" },
  },
} as const satisfies Readonly<Record<string, LineKind>>;

/** Lines of single commands; docs/tools.md and docs/counting.md describe their members. */
export const COMMAND_LINES = {
  "corelens:group": "count: a group of events, in an interval or in total.",
  "corelens:block": "timeline: what happened to a block.",
  "corelens:incident": "log: what happened to the node or to its trace.",
  "corelens:missing": "timeline: parts that the traced tracepoints do not have.",
  "corelens:summary": "timeline, block-benchmark: all blocks together.",
  "corelens:second": "block-benchmark: the blocks of a second.",
  "corelens:slow_block": "block-benchmark: a block slower than --slow.",
  "corelens:payments": "coin-selection: the attempts of a wallet.",
  "corelens:connections": "p2p-connections: the connections of a kind.",
  "corelens:peers": "p2p-monitor: the peers in a second.",
  "corelens:mempool": "mempool-monitor: the mempool in a second.",
  "corelens:flushes": "utxocache-flushes: flushes by mode.",
  "corelens:coins": "utxos: coins added and spent.",
  "corelens:traffic": "p2p-traffic: messages and bytes of a group.",
  "corelens:traffic_comparison": "p2p-traffic: a group in two recordings.",
  "corelens:captured": "p2p-messages: what was written into files.",
  "corelens:listed": "list: the tracepoints of a file.",
  "corelens:checked": "check: the differences of a file from the contract.",
  "corelens:state": "state --watch: the state of the node.",
} as const satisfies Readonly<Record<string, string>>;

/** Members that commands add to the events of a context: p2p-traffic, p2p-connections, p2p-messages, coin-selection, utxos. */
export const ADDED_MEMBERS: Readonly<Record<string, Readonly<Record<string, MemberType>>>> = {
  net: {
    direction: "text?",
    what: "text?",
    age_s: "number|null",
    message: "object",
    payload_size: "integer?",
  },
  coin_selection: {
    attempt: "text?",
    algorithm: "text|null?",
    target: "integer|null",
    waste: "integer|null",
    selected_value: "integer|null",
  },
  validation: { missing_spent: "integer?" },
};
