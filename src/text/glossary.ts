/** A word with one meaning in all pages, tools and documents. */
export interface Term {
  readonly name: string;
  /** Other labels of the same thing: the plural, a short form in a table. */
  readonly labels?: readonly string[];
  /** One sentence. */
  readonly meaning: string;
  /** The unit of its numbers, if they have one. */
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
        meaning: "A place in a program that reports an event while a tracer is attached.",
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
        meaning: "The kernel runs the tracer's program each time the tracepoint fires.",
      },
      {
        name: "lost",
        meaning: "Events that were dropped because the ring buffer was full.",
        unit: "events",
      },
      {
        name: "cut",
        meaning: "Events with a value that was longer than its limit and was truncated.",
        unit: "events",
      },
      {
        name: "unreadable",
        meaning: "Events with a value whose memory could not be read.",
        unit: "events",
      },
      {
        name: "omitted",
        meaning: "Entries of a list that are not shown because the list is too long.",
      },
      {
        name: "skipped",
        meaning: "Events that match a query but are not shown because too many came at once.",
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
        meaning: "All entries beyond the maximum number of groups, in one group.",
      },
    ],
  },
  {
    title: "Peers and messages",
    terms: [
      { name: "peer", meaning: "A node at the other end of a connection." },
      {
        name: "inbound",
        meaning: "A connection that the peer opened, or a message that it sent to the node.",
      },
      {
        name: "outbound",
        meaning: "A connection that the node opened, or a message that it sent to a peer.",
      },
      { name: "seen", meaning: "Found in an event since tracing began." },
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
      {
        name: "handling",
        meaning:
          "Time from each of the peer's messages to the last event that it caused, in total: the node worked at least this long.",
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
      {
        name: "silent peers",
        meaning: "Connected peers without an event since tracing began.",
        unit: "peers",
      },
      {
        name: "useful",
        meaning: "Share of announced transactions and blocks that the node requested.",
        unit: "%",
      },
      {
        name: "min ping",
        meaning: "Shortest ping since the connection was opened.",
        unit: "ms",
      },
      {
        name: "fee filter",
        meaning: "Feerate below which the peer does not want transactions announced.",
        unit: "sat/vB",
      },
      {
        name: "addr rate-limited",
        meaning: "Addresses from the peer that the node dropped because too many came at once.",
        unit: "addresses",
      },
      {
        name: "synced height",
        meaning: "Height of the last block that the node and the peer have in common.",
        unit: "blocks",
      },
    ],
  },
  {
    title: "Blocks",
    terms: [
      {
        name: "announced",
        meaning: "A peer offered a block or transaction by inv, headers or cmpctblock.",
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
        name: "seen to connected",
        meaning: "Time from the first message about a block until the node connected it.",
        unit: "ms",
      },
      {
        name: "connecting",
        meaning: "Time that the node takes to validate a block and update its coins.",
        unit: "ms",
      },
      {
        name: "stages",
        meaning:
          "Parts of the time from seen to connected: waiting, requesting missing transactions, connecting.",
      },
      {
        name: "first for",
        meaning: "Blocks that the peer announced before all other peers.",
        unit: "blocks",
      },
      {
        name: "lead",
        labels: ["median lead"],
        meaning: "Time by which a peer announced a block before the next peer did.",
        unit: "ms",
      },
      {
        name: "height",
        meaning: "Number of blocks before a block in its chain.",
        unit: "blocks",
      },
      {
        name: "stale",
        meaning: "A block that was connected and then replaced by a longer chain.",
      },
      {
        name: "reorganisation",
        meaning: "The node replaces blocks of its chain with those of a chain with more work.",
      },
      {
        name: "returned",
        meaning: "Transactions of replaced blocks that the node put back into its mempool.",
        unit: "transactions",
      },
      {
        name: "invalid",
        meaning: "Transactions that a reorganisation made invalid.",
        unit: "transactions",
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
        name: "net change",
        meaning: "Transactions added minus transactions removed, per second.",
        unit: "1/s",
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
        meaning: "Half of the added transactions pay a lower feerate.",
        unit: "sat/vB",
      },
      {
        name: "cause",
        meaning:
          "The message whose handling made the node add, remove or reject the transaction, and the peer that sent it; – for RPC, the wallet, an orphan, or if events are lost.",
      },
      {
        name: "time in mempool",
        labels: ["median time"],
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
        meaning: "Unchanged coins that left the cache and stay in the database.",
        unit: "coins",
      },
      {
        name: "flush",
        labels: ["flushes", "flushed"],
        meaning: "The node writes its UTXO cache to disk; meanwhile it validates nothing.",
      },
    ],
  },
  {
    title: "Wallet",
    terms: [
      {
        name: "selection",
        labels: ["selections"],
        meaning: "A choice of coins that pay for a transaction.",
      },
      {
        name: "algorithm",
        meaning: "Method of choosing coins, such as branch and bound or knapsack.",
      },
      {
        name: "waste",
        labels: ["mean waste", "median waste"],
        meaning: "Cost of a selection: fees above the long-term feerate, and the cost of change.",
        unit: "sat",
      },
      {
        name: "change",
        meaning: "Output that returns the rest of the selected value to the wallet.",
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
