import type { Mining } from "../schema/mining.ts";
import { Client } from "./client.ts";

export interface BlockRef {
  /** 64 hex digits in display order. */
  readonly hash: string;
  readonly height: number;
}

/** In every node with IPC, from v30 on. */
export class MiningClient extends Client<typeof Mining.methods> {
  async isTestChain(): Promise<boolean> {
    return (await this.ask(this.methods.isTestChain)).result;
  }

  async isInitialBlockDownload(): Promise<boolean> {
    return (await this.ask(this.methods.isInitialBlockDownload)).result;
  }

  /** Null before the node has loaded its chain. */
  async getTip(): Promise<BlockRef | null> {
    const { result, hasResult } = await this.ask(this.methods.getTip);
    return hasResult ? result : null;
  }

  /**
   * Resolves as soon as the tip is another one than `current`, or with the tip there is after `timeout` milliseconds;
   * with null when the node shuts down. It occupies its thread until then: `IpcConnection.makeThread` gives it one.
   */
  async waitTipChanged(current: string, timeout: number): Promise<BlockRef | null> {
    return (await this.ask(this.methods.waitTipChanged, { currentTip: current, timeout })).result;
  }
}
