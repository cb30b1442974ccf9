import type { Chain } from "../schema/chain.ts";
import { Client } from "./client.ts";
import { feeRate } from "./fee-rate.ts";

export interface FeeEstimate {
  /** In sat per 1000 vB; null if the node has too little data. */
  readonly feeRate: number | null;
  /** The target of the estimate in blocks, which may be higher than requested. */
  readonly target: number;
}

/** Fee rates are in sat per 1000 vB. */
export class ChainClient extends Client<typeof Chain.methods> {
  /** Null without a chain. */
  async getHeight(): Promise<number | null> {
    const { result, hasResult } = await this.call(this.methods.getHeight);
    return hasResult ? result : null;
  }

  /** @param txid 64 hex digits in display order */
  async isInMempool(txid: string): Promise<boolean> {
    return (await this.call(this.methods.isInMempool, { txid })).result;
  }

  /** The maximum numbers of ancestors and descendants in the mempool. */
  async getPackageLimits(): Promise<{ readonly ancestors: number; readonly descendants: number }> {
    return this.call(this.methods.getPackageLimits);
  }

  /** @param blocks the confirmation target, at least 1 */
  async estimateSmartFee(blocks: number, conservative = false): Promise<FeeEstimate> {
    const { result, calc } = await this.call(this.methods.estimateSmartFee, {
      numBlocks: blocks,
      conservative,
      wantCalc: true,
    });
    return { feeRate: feeRate(result) || null, target: calc.returnedTarget };
  }

  /** The maximum target of `estimateSmartFee`. */
  async estimateMaxBlocks(): Promise<number> {
    return (await this.call(this.methods.estimateMaxBlocks)).result;
  }

  /** The current minimum fee rate of the mempool. */
  async mempoolMinFee(): Promise<number> {
    return feeRate((await this.call(this.methods.mempoolMinFee)).result);
  }

  async relayMinFee(): Promise<number> {
    return feeRate((await this.call(this.methods.relayMinFee)).result);
  }

  /** The fee rate that a replacement must pay in addition. */
  async relayIncrementalFee(): Promise<number> {
    return feeRate((await this.call(this.methods.relayIncrementalFee)).result);
  }

  async relayDustFee(): Promise<number> {
    return feeRate((await this.call(this.methods.relayDustFee)).result);
  }

  async havePruned(): Promise<boolean> {
    return (await this.call(this.methods.havePruned)).result;
  }

  /** The height up to which blocks are pruned; null if none is. */
  async getPruneHeight(): Promise<number | null> {
    const { result, hasResult } = await this.call(this.methods.getPruneHeight);
    return hasResult ? result : null;
  }

  async isReadyToBroadcast(): Promise<boolean> {
    return (await this.call(this.methods.isReadyToBroadcast)).result;
  }

  async isInitialBlockDownload(): Promise<boolean> {
    return (await this.call(this.methods.isInitialBlockDownload)).result;
  }

  async shutdownRequested(): Promise<boolean> {
    return (await this.call(this.methods.shutdownRequested)).result;
  }
}
