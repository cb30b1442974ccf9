import {
  Bool,
  Float64,
  float64,
  Int32,
  interfaceType,
  method,
  optional,
  struct,
} from "../../../capnp/schema.ts";
import type { Scalar } from "../../../capnp/types.ts";
import { Hash } from "./hash.ts";
import { context } from "./proxy.ts";

const BlockRef = struct("BlockRef", { hash: Hash, height: Int32 });

/** Only methods that read, none that create blocks. @param timeout in milliseconds */
const miningWith = (timeout: Scalar<number>) =>
  interfaceType("Mining", 0xf9c68436df3af39en, {
    isTestChain: method(0, context, { result: Bool }),
    isInitialBlockDownload: method(1, context, { result: Bool }),
    getTip: method(2, context, { result: BlockRef, hasResult: Bool }),
    waitTipChanged: method(
      3,
      { ...context, currentTip: Hash, timeout },
      { result: optional(BlockRef) },
    ),
  });

/** Since v31. On the wire, a number is XORed with its default: a client with another default sends a wrong number. */
export const Mining = miningWith(float64(Number.MAX_VALUE));

/** In v30, where the timeout has no default. */
export const MiningV30 = miningWith(Float64);
