import type { Chain } from "../schema/chain.ts";
import { Client } from "./client.ts";
import { feeRate } from "./fee-rate.ts";

export interface FeeEstimate {
  /** In sat for 1000 vB; null when the node has not seen enough to tell. */
  readonly feeRate: number | null;
  /** Blocks that the estimate is for, which may be more than were asked for. */
  readonly target: number;
}

/** Fee rates are in sat for 1000 vB. */
export class ChainClient extends Client<typeof Chain.methods> {
  /** Null before there is a chain. */
  async getHeight(): Promise<number | null> {
    const { result, hasResult } = await this.ask(this.methods.getHeight);
    return hasResult ? result : null;
  }

  /** @param txid 64 hex digits in display order */
  async isInMempool(txid: string): Promise<boolean> {
    return (await this.ask(this.methods.isInMempool, { txid })).result;
  }

  /** Transactions that may depend on each other in the mempool. */
  async getPackageLimits(): Promise<{ readonly ancestors: number; readonly descendants: number }> {
    return this.ask(this.methods.getPackageLimits);
  }

  /** @param blocks within which a transaction should be confirmed, from 1 on */
  async estimateSmartFee(blocks: number, conservative = false): Promise<FeeEstimate> {
    const { result, calc } = await this.ask(this.methods.estimateSmartFee, {
      numBlocks: blocks,
      conservative,
      wantCalc: true,
    });
    return { feeRate: feeRate(result) || null, target: calc.returnedTarget };
  }

  /** Most blocks that `estimateSmartFee` takes. */
  async estimateMaxBlocks(): Promise<number> {
    return (await this.ask(this.methods.estimateMaxBlocks)).result;
  }

  /** What a transaction has to pay to get into the mempool as it is now. */
  async mempoolMinFee(): Promise<number> {
    return feeRate((await this.ask(this.methods.mempoolMinFee)).result);
  }

  async relayMinFee(): Promise<number> {
    return feeRate((await this.ask(this.methods.relayMinFee)).result);
  }

  /** What a replacement has to pay on top. */
  async relayIncrementalFee(): Promise<number> {
    return feeRate((await this.ask(this.methods.relayIncrementalFee)).result);
  }

  async relayDustFee(): Promise<number> {
    return feeRate((await this.ask(this.methods.relayDustFee)).result);
  }

  async havePruned(): Promise<boolean> {
    return (await this.ask(this.methods.havePruned)).result;
  }

  /** Height up to which blocks are pruned; null when none is. */
  async getPruneHeight(): Promise<number | null> {
    const { result, hasResult } = await this.ask(this.methods.getPruneHeight);
    return hasResult ? result : null;
  }

  async isReadyToBroadcast(): Promise<boolean> {
    return (await this.ask(this.methods.isReadyToBroadcast)).result;
  }

  async isInitialBlockDownload(): Promise<boolean> {
    return (await this.ask(this.methods.isInitialBlockDownload)).result;
  }

  async shutdownRequested(): Promise<boolean> {
    return (await this.ask(this.methods.shutdownRequested)).result;
  }
}
