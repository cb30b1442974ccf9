/** Asks a node, by whatever way leads to it. */
export interface RpcCaller {
  /**
   * Calls a method with its parameters in order.
   * @returns what it answers, of any shape: different releases answer differently
   * @throws CorelensError RPC_UNREACHABLE, RPC_NOT_READY, RPC_NO_CREDENTIALS, RPC_UNAUTHORIZED, RPC_FORBIDDEN,
   *   RPC_REFUSED, RPC_ANSWER_INVALID; through IPC also IPC_*
   */
  call(method: string, params?: readonly unknown[]): Promise<unknown>;
}
