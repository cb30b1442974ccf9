import type { RpcCaller } from "../rpc/caller.ts";
import {
  addressesOf,
  bansOf,
  chainOf,
  memoryOf,
  mempoolOf,
  networkOf,
  tipsOf,
  trafficOf,
  transactionsOf,
} from "./answers.ts";
import { FEE_TARGETS, STATE_CALLS } from "./calls.ts";
import type { FeeEstimate, StatePart, StateParts, StateSource } from "./node-state.ts";
import { peersOf } from "./peer.ts";
import { feeRateOf, numberOf, objectOf } from "./shape.ts";

const READERS: { [Part in Exclude<StatePart, "fees">]: (answer: unknown) => StateParts[Part] } = {
  uptime: numberOf,
  chain: chainOf,
  network: networkOf,
  traffic: trafficOf,
  peers: peersOf,
  mempool: mempoolOf,
  transactions: transactionsOf,
  addresses: addressesOf,
  memory: memoryOf,
  bans: bansOf,
  tips: tipsOf,
};

/** Reads a node's state by JSON-RPC, over any transport. */
export class RpcSource implements StateSource {
  readonly #caller: RpcCaller;

  constructor(caller: RpcCaller) {
    this.#caller = caller;
  }

  async read<Part extends StatePart>(part: Part): Promise<StateParts[Part]>;
  async read(part: StatePart): Promise<StateParts[StatePart]> {
    if (part === "fees") return Promise.all(FEE_TARGETS.map((target) => this.#estimate(target)));
    return READERS[part](await this.#caller.call(STATE_CALLS[part].method));
  }

  async #estimate(target: number): Promise<FeeEstimate> {
    const answer = await this.#caller.call(STATE_CALLS.fees.method, [target]);
    return { target, fee_rate: feeRateOf(objectOf(answer).feerate) };
  }
}
