import type { Mining } from "../schema/mining.ts";
import { Client } from "./client.ts";

export interface BlockRef {
  /** 64 hex digits in display order. */
  readonly hash: string;
  readonly height: number;
}

/** Every node with IPC has it, since v30. */
export class MiningClient extends Client<typeof Mining.methods> {
  async isTestChain(): Promise<boolean> {
    return (await this.call(this.methods.isTestChain)).result;
  }

  async isInitialBlockDownload(): Promise<boolean> {
    return (await this.call(this.methods.isInitialBlockDownload)).result;
  }

  /** Null before the node has loaded its chain. */
  async getTip(): Promise<BlockRef | null> {
    const { result, hasResult } = await this.call(this.methods.getTip);
    return hasResult ? result : null;
  }

  /**
   * Resolves with the tip once it differs from `current` or `timeout` milliseconds have passed, or with null when the
   * node shuts down. It occupies its thread until then, so create one with `IpcConnection.makeThread`.
   */
  async waitTipChanged(current: string, timeout: number): Promise<BlockRef | null> {
    return (await this.call(this.methods.waitTipChanged, { currentTip: current, timeout })).result;
  }
}
