import type { FeeEstimate } from "./interfaces/chain.ts";
import type { BlockRef } from "./interfaces/mining.ts";
import type { IpcConnection } from "./ipc-connection.ts";

type Long = number | bigint;

/** The state that a node reports through IPC; null if it lacks the interface. */
export interface IpcStatus {
  readonly pid: number | null;
  readonly offers: readonly string[];
  readonly tip: BlockRef | null;
  readonly isInitialBlockDownload: boolean | null;
  readonly node: {
    readonly inbound: Long;
    readonly outbound: Long;
    readonly isNetworkActive: boolean;
    readonly bytesReceived: Long;
    readonly bytesSent: Long;
    readonly mempoolSize: Long;
    readonly mempoolUsage: Long;
    readonly mempoolMaxUsage: Long;
    readonly headerHeight: number | null;
    readonly verificationProgress: number;
    readonly warnings: string;
  } | null;
  /** Fee rates in sat per 1000 vB. */
  readonly chain: {
    readonly mempoolMinFee: number;
    readonly relayMinFee: number;
    readonly estimate: FeeEstimate;
    readonly havePruned: boolean;
    readonly pruneHeight: number | null;
  } | null;
}

const ESTIMATE_BLOCKS = 6;

/** @throws CorelensError IPC_* */
export async function readStatus(ipc: IpcConnection): Promise<IpcStatus> {
  const { node, chain, mining } = ipc;
  return {
    pid: ipc.pid,
    offers: ipc.offers,
    tip: (await mining?.getTip()) ?? null,
    isInitialBlockDownload: (await mining?.isInitialBlockDownload()) ?? null,
    node: node && {
      inbound: await node.getNodeCount("inbound"),
      outbound: await node.getNodeCount("outbound"),
      isNetworkActive: await node.getNetworkActive(),
      bytesReceived: await node.getTotalBytesRecv(),
      bytesSent: await node.getTotalBytesSent(),
      mempoolSize: await node.getMempoolSize(),
      mempoolUsage: await node.getMempoolDynamicUsage(),
      mempoolMaxUsage: await node.getMempoolMaxUsage(),
      headerHeight: (await node.getHeaderTip())?.height ?? null,
      verificationProgress: await node.getVerificationProgress(),
      warnings: await node.getWarnings(),
    },
    chain: chain && {
      mempoolMinFee: await chain.mempoolMinFee(),
      relayMinFee: await chain.relayMinFee(),
      estimate: await chain.estimateSmartFee(ESTIMATE_BLOCKS),
      havePruned: await chain.havePruned(),
      pruneHeight: await chain.getPruneHeight(),
    },
  };
}
