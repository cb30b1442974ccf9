import {
  Bool,
  Data,
  Float64,
  Int32,
  int32,
  interfaceType,
  method,
  reference,
  struct,
  UInt32,
} from "../../../capnp/schema.ts";
import { Hash } from "./hash.ts";
import { context } from "./proxy.ts";

export const BlockInfo = struct("BlockInfo", {
  hash: Hash,
  prevHash: Hash,
  height: int32(-1),
  fileNumber: int32(-1),
  dataPos: UInt32,
  data: Data,
  undoData: Data,
  chainTimeMax: UInt32,
});

const ChainstateRole = struct("ChainstateRole", { validated: Bool, historical: Bool });

const EstimatorBucket = struct("EstimatorBucket", {
  start: Float64,
  end: Float64,
  withinTarget: Float64,
  totalConfirmed: Float64,
  inMempool: Float64,
  leftMempool: Float64,
});

const EstimationResult = struct("EstimationResult", {
  pass: EstimatorBucket,
  fail: EstimatorBucket,
  decay: Float64,
  scale: UInt32,
});

const FeeCalculation = struct("FeeCalculation", {
  est: EstimationResult,
  reason: Int32,
  desiredTarget: Int32,
  returnedTarget: Int32,
  bestHeight: UInt32,
});

/** Only methods that read. A fee rate (CFeeRate) is Data of 12 bytes: a fee in sat (int64) for a size in vB (int32). */
export const Chain = interfaceType("Chain", 0xddfb1d54c24414b3n, {
  getHeight: method(1, context, { result: Int32, hasResult: Bool }),
  getBlockHash: method(2, { ...context, height: Int32 }, { result: Hash }),
  isInMempool: method(16, { ...context, txid: Hash }, { result: Bool }),
  getPackageLimits: method(22, context, { ancestors: UInt32, descendants: UInt32 }),
  estimateSmartFee: method(
    24,
    { ...context, numBlocks: Int32, conservative: Bool, wantCalc: Bool },
    { calc: FeeCalculation, result: Data },
  ),
  estimateMaxBlocks: method(25, context, { result: UInt32 }),
  mempoolMinFee: method(26, context, { result: Data }),
  relayMinFee: method(27, context, { result: Data }),
  relayIncrementalFee: method(28, context, { result: Data }),
  relayDustFee: method(29, context, { result: Data }),
  havePruned: method(30, context, { result: Bool }),
  getPruneHeight: method(31, context, { result: Int32, hasResult: Bool }),
  isReadyToBroadcast: method(32, context, { result: Bool }),
  isInitialBlockDownload: method(33, context, { result: Bool }),
  shutdownRequested: method(34, context, { result: Bool }),
  handleNotifications: method(
    39,
    { ...context, notifications: reference("ChainNotifications") },
    { result: reference("Handler") },
  ),
});

export const ChainNotifications = interfaceType("ChainNotifications", 0x9ac9db48ba219039n, {
  destroy: method(0, context),
  transactionAddedToMempool: method(1, { ...context, tx: Data }),
  transactionRemovedFromMempool: method(2, { ...context, tx: Data, reason: Int32 }),
  blockConnected: method(3, { ...context, role: ChainstateRole, block: BlockInfo }),
  blockDisconnected: method(4, { ...context, block: BlockInfo }),
  updatedBlockTip: method(5, context),
  chainStateFlushed: method(6, { ...context, role: ChainstateRole, locator: Data }),
});
