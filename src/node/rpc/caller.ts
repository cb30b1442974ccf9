/** Calls RPC methods of a node, over any transport. */
export interface RpcCaller {
  /**
   * Calls a method with its parameters in order.
   * @returns the result, whose shape depends on the node's release
   * @throws CorelensError RPC_UNREACHABLE, RPC_NOT_READY, RPC_NO_CREDENTIALS, RPC_UNAUTHORIZED, RPC_FORBIDDEN,
   *   RPC_REFUSED, RPC_ANSWER_INVALID; through IPC also IPC_*
   */
  call(method: string, params?: readonly unknown[]): Promise<unknown>;
}
