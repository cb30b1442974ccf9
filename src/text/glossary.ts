/** A word that pages, tools and documents use in one meaning. */
export interface Term {
  readonly name: string;
  /** Further labels of the same thing: the plural, a short form in a table. */
  readonly labels?: readonly string[];
  /** One sentence. */
  readonly meaning: string;
  /** Of its numbers, when they have one. */
  readonly unit?: string;
}

interface Topic {
  readonly title: string;
  readonly terms: readonly Term[];
}

/** All terms, by topic. docs/glossary.md and the tooltips of the pages are made from this table. */
export const GLOSSARY: readonly Topic[] = [
  {
    title: "Tracing",
    terms: [
      {
        name: "tracepoint",
        labels: ["tracepoints"],
        meaning: "A place in a program where it reports an event when a tracer is attached.",
      },
      {
        name: "event",
        labels: ["events"],
        meaning: "One firing of a tracepoint, with the values of its fields.",
      },
      { name: "field", meaning: "A named value of an event." },
      {
        name: "notice",
        meaning: "A line of corelens about the stream itself, such as `corelens:lost`.",
      },
      {
        name: "attached",
        meaning: "The tracer runs a small program whenever a tracepoint of the node fires.",
      },
      {
        name: "lost",
        meaning: "Events that were dropped because the ring buffer was full.",
        unit: "events",
      },
      {
        name: "cut",
        meaning: "Events with a value that was longer than the room for it and was truncated.",
        unit: "events",
      },
      {
        name: "unreadable",
        meaning: "Events with a value whose memory could not be read.",
        unit: "events",
      },
      {
        name: "omitted",
        meaning: "Entries of a list that are not shown because there are too many.",
      },
      {
        name: "skipped",
        meaning: "Events that match a query but came faster than they can be shown.",
        unit: "events",
      },
      {
        name: "untested",
        meaning: "Events that were not tested against a query because too many came at once.",
        unit: "events",
      },
      {
        name: "rate",
        labels: ["per second"],
        meaning: "Events per second, averaged over the last 10 s.",
        unit: "1/s",
      },
      {
        name: "cost to the node",
        meaning: "Time that the node spends in the tracer's programs, measured by the kernel.",
        unit: "share of a core",
      },
      {
        name: "other",
        labels: ["(other)"],
        meaning: "All entries beyond the maximum number of groups, together.",
      },
    ],
  },
  {
    title: "Peers and messages",
    terms: [
      { name: "peer", meaning: "A node at the other end of a connection." },
      {
        name: "inbound",
        meaning: "Opened by the peer, for a connection; received from the peer, for a message.",
      },
      {
        name: "outbound",
        meaning: "Opened by the node, for a connection; sent to the peer, for a message.",
      },
      { name: "seen", meaning: "Observed in an event since tracing began." },
      { name: "received", labels: ["← in"], meaning: "Messages that came from the peer." },
      { name: "sent", labels: ["→ out"], meaning: "Messages that went to the peer." },
      {
        name: "bytes received",
        labels: ["← bytes"],
        meaning: "Size of the messages that came from the peer, without headers and encryption.",
        unit: "bytes",
      },
      {
        name: "bytes sent",
        labels: ["→ bytes"],
        meaning: "Size of the messages that went to the peer, without headers and encryption.",
        unit: "bytes",
      },
      {
        name: "type",
        meaning: "The command of a P2P message, such as `inv` or `cmpctblock`.",
      },
      {
        name: "network",
        meaning: "How a peer is reached: ipv4, ipv6, onion (Tor), i2p or cjdns.",
      },
      {
        name: "ping",
        meaning:
          "Time from a ping message to its pong: the round trip and the queues of both nodes.",
        unit: "ms",
      },
      { name: "opened", meaning: "Connections that were opened.", unit: "connections" },
      { name: "closed", meaning: "Connections that were closed.", unit: "connections" },
      {
        name: "evicted",
        meaning: "Inbound connections that the node closed to make room for another.",
        unit: "connections",
      },
      {
        name: "misbehaved",
        meaning: "Peers that the node punishes for a violation of the protocol.",
        unit: "peers",
      },
    ],
  },
  {
    title: "Blocks",
    terms: [
      {
        name: "announced",
        meaning: "A peer said that it has a block or transaction: by inv, headers or cmpctblock.",
      },
      {
        name: "relayed",
        meaning: "The node announced or sent a block or transaction to its peers.",
      },
      {
        name: "connected",
        meaning: "The node validated a block and made it the tip of its chain.",
      },
      {
        name: "until connected",
        labels: ["announce to connected"],
        meaning: "Time from the first announcement of a block until the node connected it.",
        unit: "ms",
      },
      {
        name: "connecting",
        labels: ["connecting took"],
        meaning: "Time that the node takes to validate a block and update its coins.",
        unit: "ms",
      },
      {
        name: "lead",
        labels: ["median lead"],
        meaning: "Time by which a peer announced a block before the next peer did.",
        unit: "ms",
      },
      {
        name: "height",
        meaning: "Number of blocks below a block; the first has 0.",
        unit: "blocks",
      },
      {
        name: "stale",
        meaning: "A block that was connected and then replaced by a longer chain.",
      },
      {
        name: "reorganisation",
        meaning: "The node disconnects blocks and connects those of a chain with more work.",
      },
      {
        name: "verified",
        meaning: "Share of the chain's transactions that the node has verified.",
        unit: "%",
      },
    ],
  },
  {
    title: "Mempool",
    terms: [
      {
        name: "added",
        meaning: "Transactions that entered the mempool, or coins that entered the UTXO cache.",
      },
      {
        name: "removed",
        meaning: "Transactions that left the mempool, for any reason.",
        unit: "transactions",
      },
      {
        name: "replaced",
        meaning:
          "Transactions that left the mempool because another with a higher fee spends their coins.",
        unit: "transactions",
      },
      {
        name: "rejected",
        meaning: "Transactions that the node refused to add to the mempool.",
        unit: "transactions",
      },
      {
        name: "feerate",
        labels: ["sat/vB"],
        meaning: "Fee of a transaction divided by its virtual size.",
        unit: "sat/vB",
      },
      {
        name: "minimum feerate",
        meaning: "Feerate below which the node rejects transactions.",
        unit: "sat/vB",
      },
      {
        name: "median feerate",
        labels: ["median feerate, sat/vB"],
        meaning: "Half of the transactions pay a lower feerate.",
        unit: "sat/vB",
      },
      {
        name: "time in mempool",
        labels: ["median time in mempool"],
        meaning: "Time from the addition of a transaction to its removal.",
        unit: "s",
      },
    ],
  },
  {
    title: "Coins",
    terms: [
      {
        name: "coin",
        labels: ["coins"],
        meaning: "An unspent transaction output (UTXO).",
      },
      { name: "spent", meaning: "Coins that a transaction used as input.", unit: "coins" },
      {
        name: "uncached",
        meaning: "Coins that left the cache without a change: they stay in the database.",
        unit: "coins",
      },
      {
        name: "flush",
        labels: ["flushes", "flushed"],
        meaning: "The node writes its UTXO cache to disk and validates nothing meanwhile.",
      },
    ],
  },
  {
    title: "Wallet",
    terms: [
      {
        name: "selection",
        labels: ["selections"],
        meaning: "A choice of coins that fund a payment.",
      },
      {
        name: "algorithm",
        meaning: "How coins were chosen, such as branch and bound or knapsack.",
      },
      {
        name: "waste",
        labels: ["mean waste"],
        meaning: "Cost of a selection: fees above those at the long-term feerate, plus change.",
        unit: "sat",
      },
      {
        name: "change",
        meaning: "Output that returns the rest of the selected coins to the wallet.",
      },
    ],
  },
];

const TERMS = new Map(
  GLOSSARY.flatMap(({ terms }) =>
    terms.flatMap((term) => [term.name, ...(term.labels ?? [])].map((label) => [label, term])),
  ),
);

/** The meaning of a label with its unit; undefined when the label is not in the glossary. */
export function meaningOf(label: string): string | undefined {
  const term = TERMS.get(label);
  if (term === undefined) return undefined;
  const text = term.meaning.replaceAll("`", "");
  return term.unit === undefined ? text : `${text} Unit: ${term.unit}.`;
}
