import type {
  Ban,
  ChainState,
  ChainTip,
  KnownAddresses,
  LockedMemory,
  MempoolState,
  NetworkState,
  Traffic,
  TransactionRate,
} from "./node-state.ts";
import {
  amountOf,
  feeRateOf,
  flagOf,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
  warningsOf,
} from "./shape.ts";

/** Converts replies into parts of a node's state. Accepts any reply. */

export function chainOf(answer: unknown): ChainState {
  const chain = objectOf(answer);
  const background = objectOf(chain.backgroundvalidation);
  return {
    chain: textOf(chain.chain),
    height: numberOf(chain.blocks),
    headers: numberOf(chain.headers),
    hash: textOf(chain.bestblockhash),
    block_time: numberOf(chain.time),
    median_time: numberOf(chain.mediantime),
    difficulty: numberOf(chain.difficulty),
    verification_progress: numberOf(chain.verificationprogress),
    initial_block_download: flagOf(chain.initialblockdownload),
    size_on_disk: numberOf(chain.size_on_disk),
    pruned: flagOf(chain.pruned),
    prune_height: numberOf(chain.pruneheight),
    prune_target_size: numberOf(chain.prune_target_size),
    background: chain.backgroundvalidation
      ? {
          height: numberOf(background.blocks),
          snapshot_height: numberOf(background.snapshotheight),
          verification_progress: numberOf(background.verificationprogress),
        }
      : null,
    warnings: warningsOf(chain.warnings),
  };
}

export function networkOf(answer: unknown): NetworkState {
  const network = objectOf(answer);
  return {
    version: numberOf(network.version),
    user_agent: textOf(network.subversion),
    protocol_version: numberOf(network.protocolversion),
    active: flagOf(network.networkactive),
    connections: numberOf(network.connections),
    connections_in: numberOf(network.connections_in),
    connections_out: numberOf(network.connections_out),
    local_relay: flagOf(network.localrelay),
    local_services: textsOf(network.localservicesnames),
    time_offset: numberOf(network.timeoffset),
    networks: objectsOf(network.networks).map((one) => ({
      network: textOf(one.name),
      reachable: flagOf(one.reachable),
      proxy: textOf(one.proxy) || null,
    })),
    local_addresses: objectsOf(network.localaddresses).map((one) => ({
      address: textOf(one.address),
      port: numberOf(one.port),
      score: numberOf(one.score),
    })),
    warnings: warningsOf(network.warnings),
  };
}

export function trafficOf(answer: unknown): Traffic {
  const totals = objectOf(answer);
  const target = objectOf(totals.uploadtarget);
  return {
    bytes_received: numberOf(totals.totalbytesrecv),
    bytes_sent: numberOf(totals.totalbytessent),
    time_ms: numberOf(totals.timemillis),
    upload_target: numberOf(target.target),
    upload_target_reached: flagOf(target.target_reached),
    upload_bytes_left: numberOf(target.bytes_left_in_cycle),
  };
}

export function mempoolOf(answer: unknown): MempoolState {
  const mempool = objectOf(answer);
  return {
    loaded: flagOf(mempool.loaded),
    transactions: numberOf(mempool.size),
    vsize: numberOf(mempool.bytes),
    memory_usage: numberOf(mempool.usage),
    memory_max: numberOf(mempool.maxmempool),
    fees: amountOf(mempool.total_fee),
    min_fee_rate: feeRateOf(mempool.mempoolminfee),
    min_relay_fee_rate: feeRateOf(mempool.minrelaytxfee),
    incremental_fee_rate: feeRateOf(mempool.incrementalrelayfee),
    unbroadcast: numberOf(mempool.unbroadcastcount),
  };
}

export function tipsOf(answer: unknown): ChainTip[] {
  return objectsOf(answer).map((tip) => ({
    height: numberOf(tip.height),
    hash: textOf(tip.hash),
    branch_length: numberOf(tip.branchlen),
    status: textOf(tip.status),
  }));
}

export function bansOf(answer: unknown): Ban[] {
  return objectsOf(answer).map((ban) => ({
    address: textOf(ban.address),
    created: numberOf(ban.ban_created),
    until: numberOf(ban.banned_until),
  }));
}

export function addressesOf(answer: unknown): KnownAddresses[] {
  return Object.entries(objectOf(answer)).map(([network, value]) => {
    const table = objectOf(value);
    return { network, new: numberOf(table.new), tried: numberOf(table.tried) };
  });
}

export function memoryOf(answer: unknown): LockedMemory {
  const locked = objectOf(objectOf(answer).locked);
  return {
    used: numberOf(locked.used),
    free: numberOf(locked.free),
    total: numberOf(locked.total),
    locked: numberOf(locked.locked),
    chunks_used: numberOf(locked.chunks_used),
    chunks_free: numberOf(locked.chunks_free),
  };
}

export function transactionsOf(answer: unknown): TransactionRate {
  const statistics = objectOf(answer);
  return { transactions: numberOf(statistics.txcount), rate: numberOf(statistics.txrate) };
}
