import { formatAddress, NETWORKS, type Network } from "../../../bitcoin/address.ts";
import { CONNECTION_NETWORKS, CONNECTION_TYPES } from "../../../bitcoin/connection.ts";
import type { Results } from "../../../capnp/call.ts";
import type { Node } from "../schema/node.ts";

type NodeStats = Results<typeof Node.methods.getNodesStats>["stats"][number];

/** An integer of 64 bits: a number if exact, else a bigint. */
type Long = number | bigint;

/** A peer as in getpeerinfo. Times are UNIX seconds, 0 means never; pings are microseconds, null before the first. */
export interface PeerStats {
  readonly id: Long;
  readonly address: string;
  /** The node's own address of the connection; null if unknown. */
  readonly bindAddress: string | null;
  /** The node's address as reported by the peer; empty if unknown. */
  readonly localAddress: string;
  readonly network: string | number;
  readonly connectionType: string | number;
  readonly transport: string | number;
  readonly isInbound: boolean;
  readonly version: number;
  readonly userAgent: string;
  /** The peer's service bits; null while the node has no state of the peer. */
  readonly services: Long | null;
  readonly syncedHeaders: number | null;
  readonly syncedBlocks: number | null;
  /** Heights of blocks that the node requested from the peer. */
  readonly inFlight: readonly number[];
  readonly connectedAt: Long;
  readonly lastSend: Long;
  readonly lastReceive: Long;
  readonly lastTransaction: Long;
  readonly lastBlock: Long;
  readonly bytesSent: Long;
  readonly bytesReceived: Long;
  readonly bytesSentByType: Readonly<Record<string, Long>>;
  readonly bytesReceivedByType: Readonly<Record<string, Long>>;
  readonly pingUs: Long | null;
  readonly minPingUs: Long | null;
  readonly isHighBandwidthTo: boolean;
  readonly isHighBandwidthFrom: boolean;
  readonly addressesProcessed: Long | null;
  readonly addressesRateLimited: Long | null;
  /** In seconds. */
  readonly timeOffset: Long | null;
}

const TRANSPORTS = ["detecting", "v1", "v2"] as const;

/** The value of a ping time before the first measurement, in microseconds. */
const NEVER = 2n ** 63n - 1n;

/** The name of a network in getpeerinfo; undefined if there is none. */
function rpcNetwork(network: number): string | undefined {
  const name = CONNECTION_NETWORKS[network];
  return name === "unroutable" ? "not_publicly_routable" : name;
}

export function peerStats(stats: NodeStats): PeerStats {
  const state = stats.stateStats;
  return {
    id: stats.nodeid,
    address: stats.addrName,
    bindAddress: boundAddress(stats.addrBind),
    localAddress: stats.addrLocal,
    network: rpcNetwork(stats.network) ?? stats.network,
    connectionType: CONNECTION_TYPES[stats.connType] ?? stats.connType,
    transport: TRANSPORTS[stats.transportType] ?? stats.transportType,
    isInbound: stats.inbound,
    version: stats.version,
    userAgent: stats.cleanSubVer,
    services: state?.theirServices ?? null,
    syncedHeaders: state?.syncHeight ?? null,
    syncedBlocks: state?.commonHeight ?? null,
    inFlight: state?.heightInFlight ?? [],
    connectedAt: stats.timeConnected,
    lastSend: stats.lastSend,
    lastReceive: stats.lastRecv,
    lastTransaction: stats.lastTXTime,
    lastBlock: stats.lastBlockTime,
    bytesSent: stats.sendBytes,
    bytesReceived: stats.recvBytes,
    bytesSentByType: bytesByType(stats.sendBytesPerMsgType),
    bytesReceivedByType: bytesByType(stats.recvBytesPerMsgType),
    pingUs: stats.pingTime === 0 ? null : stats.pingTime,
    minPingUs: stats.minPingTime === NEVER ? null : stats.minPingTime,
    isHighBandwidthTo: stats.bip152HighbandwidthTo,
    isHighBandwidthFrom: stats.bip152HighbandwidthFrom,
    addressesProcessed: state?.addressesProcessed ?? null,
    addressesRateLimited: state?.addressesRateLimited ?? null,
    timeOffset: state?.timeOffset ?? null,
  };
}

/** Omits message types without bytes, as getpeerinfo does. */
function bytesByType(pairs: NodeStats["sendBytesPerMsgType"]): Record<string, Long> {
  const used = pairs.filter(({ value }) => value !== 0);
  return Object.fromEntries(used.map(({ key, value }) => [key, value]));
}

/** Decodes an address in BIP 155's form: network, length of the address in one byte, address, port. */
function boundAddress(bytes: Uint8Array): string | null {
  const network = (Object.keys(NETWORKS) as Network[]).find(
    (name) => NETWORKS[name].id === bytes[0],
  );
  if (!network) return null;
  const { length } = NETWORKS[network];
  if (bytes[1] !== length || bytes.length !== length + 4) return null;
  const port = (bytes[length + 2]! << 8) | bytes[length + 3]!;
  return formatAddress({ network, bytes: bytes.subarray(2, 2 + length), port });
}
