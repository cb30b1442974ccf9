import { CorelensError } from "../../../errors.ts";
import type { Node } from "../schema/node.ts";
import { Client } from "./client.ts";
import { type PeerStats, peerStats } from "./peer-stats.ts";

const DIRECTIONS = { inbound: 1, outbound: 2, both: 3 } as const;

export type Direction = keyof typeof DIRECTIONS;

export interface HeaderTip {
  readonly height: number;
  /** UNIX s. */
  readonly time: number | bigint;
}

/** For builds that have the interface Node. Sizes are in bytes, times in UNIX seconds. */
export class NodeClient extends Client<typeof Node.methods> {
  /** Whether the node has loaded its chain. Before that, most other calls would end the node; JSON-RPC calls only fail. */
  async isLoaded(): Promise<boolean> {
    const request = { command: "uptime", params: "[]", uri: "" };
    return (await this.call(this.methods.executeRpc, request)).rpcError === "";
  }

  async getNodeCount(direction: Direction = "both"): Promise<number | bigint> {
    return (await this.call(this.methods.getNodeCount, { flags: DIRECTIONS[direction] })).result;
  }

  async getNodesStats(): Promise<PeerStats[]> {
    const { stats, result } = await this.call(this.methods.getNodesStats);
    return result ? stats.map(peerStats) : [];
  }

  async getTotalBytesRecv(): Promise<number | bigint> {
    return (await this.call(this.methods.getTotalBytesRecv)).result;
  }

  async getTotalBytesSent(): Promise<number | bigint> {
    return (await this.call(this.methods.getTotalBytesSent)).result;
  }

  async getMempoolSize(): Promise<number | bigint> {
    return (await this.call(this.methods.getMempoolSize)).result;
  }

  async getMempoolDynamicUsage(): Promise<number | bigint> {
    return (await this.call(this.methods.getMempoolDynamicUsage)).result;
  }

  async getMempoolMaxUsage(): Promise<number | bigint> {
    return (await this.call(this.methods.getMempoolMaxUsage)).result;
  }

  /** Null before the node has headers. */
  async getHeaderTip(): Promise<HeaderTip | null> {
    const { height, blockTime, result } = await this.call(this.methods.getHeaderTip);
    return result ? { height, time: blockTime } : null;
  }

  /** Height of the chain. */
  async getNumBlocks(): Promise<number> {
    return (await this.call(this.methods.getNumBlocks)).result;
  }

  async getBestBlockHash(): Promise<string> {
    return (await this.call(this.methods.getBestBlockHash)).result;
  }

  async getLastBlockTime(): Promise<number | bigint> {
    return (await this.call(this.methods.getLastBlockTime)).result;
  }

  /** From 0 to 1. */
  async getVerificationProgress(): Promise<number> {
    return (await this.call(this.methods.getVerificationProgress)).result;
  }

  async isInitialBlockDownload(): Promise<boolean> {
    return (await this.call(this.methods.isInitialBlockDownload)).result;
  }

  /** Whether the node loads blocks from disk, for a reindex or an import. */
  async isLoadingBlocks(): Promise<boolean> {
    return (await this.call(this.methods.isLoadingBlocks)).result;
  }

  /** As in banlist.json. */
  async getBanned(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { banmap, result } = await this.call(this.methods.getBanned);
    if (!result || banmap.json === "") return [];
    try {
      return JSON.parse(banmap.json);
    } catch (cause) {
      throw new CorelensError("IPC_PROTOCOL", "the node sent bans that are no JSON", undefined, {
        cause,
      });
    }
  }

  async getNetworkActive(): Promise<boolean> {
    return (await this.call(this.methods.getNetworkActive)).result;
  }

  /** In the node's language; empty without warnings. */
  async getWarnings(): Promise<string> {
    return (await this.call(this.methods.getWarnings)).result.translated;
  }

  async shutdownRequested(): Promise<boolean> {
    return (await this.call(this.methods.shutdownRequested)).result;
  }
}
