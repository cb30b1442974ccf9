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

/** Only what looks: blocks are not made here. @param timeout in milliseconds */
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

/** Since v31. On the wire, a number is XORed with its default: who does not know it sends another one. */
export const Mining = miningWith(float64(Number.MAX_VALUE));

/** Of v30, where the time-out had no default. */
export const MiningV30 = miningWith(Float64);
