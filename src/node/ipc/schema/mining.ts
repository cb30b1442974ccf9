import { Bool, Float64, Hash, Int32, interfaceType, method, struct } from "../capnp/schema.ts";
import { context } from "./proxy.ts";

const BlockRef = struct("BlockRef", { hash: Hash, height: Int32 });

/** Only what looks: blocks are not made here. */
export const Mining = interfaceType("Mining", 0xf9c68436df3af39en, {
  isTestChain: method(0, context, { result: Bool }),
  isInitialBlockDownload: method(1, context, { result: Bool }),
  getTip: method(2, context, { result: BlockRef, hasResult: Bool }),
  /** The timeout is in milliseconds. */
  waitTipChanged: method(
    3,
    { ...context, currentTip: Hash, timeout: Float64 },
    { result: BlockRef },
  ),
});
