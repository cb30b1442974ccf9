import type { FindAccess } from "../node/rpc/access.ts";
import { HttpCaller } from "../node/rpc/http-caller.ts";
import type { NodeState, StatePart } from "../node/state/node-state.ts";
import { RpcSource } from "../node/state/rpc-source.ts";
import { StatePoller } from "../node/state/state-poller.ts";

/**
 * Polls the node's state while it is traced.
 * @param find null to disable polling
 * @returns a function that ends polling
 */
export function pollState(
  find: FindAccess | null,
  parts: readonly StatePart[],
  onState: (state: NodeState) => void,
): () => void {
  if (find === null) return () => {};
  const caller = new HttpCaller(find);
  const poller = new StatePoller(new RpcSource(caller), { onState }, { parts });
  poller.start();
  return () => {
    poller.stop();
    caller.close();
  };
}
