import {
  Bool,
  Int64,
  interfaceType,
  method,
  reference,
  struct,
  UInt32,
} from "../../../capnp/schema.ts";
import { Hash } from "./hash.ts";
import { context } from "./proxy.ts";

export const UtxoInfo = struct("UtxoInfo", {
  outpointHash: Hash,
  outpointN: UInt32,
  height: UInt32,
  value: Int64,
  isCoinbase: Bool,
});

export const Tracing = interfaceType("Tracing", 0xb300bedcd7b880cen, {
  traceUtxoCache: method(
    0,
    { ...context, callback: reference("UtxoCacheTrace") },
    { result: reference("Handler") },
  ),
});

/** Its calls have no context: the node's event loop itself waits for each reply. */
export const UtxoCacheTrace = interfaceType("UtxoCacheTrace", 0xf877dd6fb711c62fn, {
  destroy: method(0, context),
  add: method(1, { utxoInfo: UtxoInfo }),
  spend: method(2, { utxoInfo: UtxoInfo }),
  uncache: method(3, { utxoInfo: UtxoInfo }),
});
