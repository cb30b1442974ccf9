import type { Rpc } from "../schema/init.ts";
import { Client } from "./client.ts";

/** Every JSON-RPC method over the socket, without cookie or password. */
export class RpcClient extends Client<typeof Rpc.methods> {
  /**
   * @param request a JSON-RPC request, or a batch of them
   * @param uri `/wallet/NAME` selects a wallet
   * @returns the JSON-RPC response, which may be an error
   */
  async executeRpc(request: string, uri = ""): Promise<string> {
    return (await this.call(this.methods.executeRpc, { request, uri })).result;
  }
}
