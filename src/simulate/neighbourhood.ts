import { formatAddress } from "../bitcoin/address.ts";
import type { Prng } from "../util/prng.ts";
import { ephemeral, LOCALHOST, randomAddress } from "./addresses.ts";
import type { ConnectionType, PeerTraits, Software } from "./peer.ts";

/** Relative numbers of nodes by network. Inbound peers also connect from this machine. */
export const GOSSIP_NETWORKS = { ipv4: 55, ipv6: 15, onion: 18, i2p: 8, cjdns: 4 } as const;
const INBOUND_NETWORKS = {
  ipv4: 52,
  ipv6: 12,
  onion: 18,
  i2p: 8,
  cjdns: 4,
  unroutable: 6,
} as const;
/** Median round trip of the peers of a network, in ms. */
const ROUND_TRIP = {
  ipv4: 60,
  ipv6: 60,
  onion: 600,
  i2p: 1100,
  cjdns: 120,
  unroutable: 1,
} as const;
/** Networks of the peers that receive private broadcasts. */
const PRIVATE_NETWORKS = { onion: 3, i2p: 1 } as const;

/** If a peer is added by host name, events contain the name, which can be long. */
const MANUAL_HOST = "bitcoin-1.rack-07.frankfurt.infrastructure.operations.example.org:8333";

const CORE = {
  "23.2.0": 2,
  "24.2.0": 3,
  "25.2.0": 6,
  "26.2.0": 8,
  "27.2.0": 14,
  "28.1.0": 18,
  "29.1.0": 24,
  "30.0.0": 16,
};
const OLD_CORE = { "0.16.3": 1, "0.18.1": 2, "0.20.1": 2 };
const CRAWLERS = ["/bitnodes.io:0.3/", "/dsn.tm.kit.edu/bitcoin:0.9.99/", "/nodes.example:0.1/"];
const SHARE = { crawler: 0.25, old: 0.05 } as const;

/** A peer to which the node connects. */
export function outboundPeer(type: Exclude<ConnectionType, "inbound">, prng: Prng): PeerTraits {
  const network =
    type === "private-broadcast" ? prng.weighted(PRIVATE_NETWORKS) : prng.weighted(GOSSIP_NETWORKS);
  const address = randomAddress(network, prng);
  const shared = {
    type,
    software: coreNode(prng),
    roundTrip: prng.skewed(ROUND_TRIP[network], 0.4),
  };
  if (type === "manual") return { ...shared, name: MANUAL_HOST, network: "ipv4", address: null };
  return { ...shared, name: formatAddress(address), network, address };
}

/** A peer that connects to the node. Peers of its onion service have an address of this machine. */
export function inboundPeer(prng: Prng): PeerTraits {
  const network = prng.weighted(INBOUND_NETWORKS);
  const local = network === "onion" || network === "unroutable";
  const address = ephemeral(local ? LOCALHOST : randomAddress(network, prng), prng);
  return {
    type: "inbound",
    name: formatAddress(address),
    network,
    address,
    software: prng.chance(SHARE.crawler) ? crawler(prng) : coreNode(prng),
    roundTrip: prng.skewed(ROUND_TRIP[network], 0.4),
  };
}

/** One of many peers of the same network, which opens connections again and again. */
export function crowdPeer(prng: Prng): PeerTraits {
  const address = ephemeral(randomAddress("ipv4", prng), prng);
  const bytes = Uint8Array.of(198, 51, 100, prng.integer(1, 254));
  return {
    type: "inbound",
    name: formatAddress({ ...address, bytes }),
    network: "ipv4",
    address: { ...address, bytes },
    software: crawler(prng),
    roundTrip: prng.skewed(ROUND_TRIP.ipv4, 0.4),
  };
}

function coreNode(prng: Prng): Software {
  const modern = !prng.chance(SHARE.old);
  const version = modern ? prng.weighted(CORE) : prng.weighted(OLD_CORE);
  return { userAgent: `/Satoshi:${version}/`, kind: "node", modern };
}

function crawler(prng: Prng): Software {
  return { userAgent: prng.pick(CRAWLERS), kind: "crawler", modern: true };
}
