import {
  Bool,
  Data,
  Float64,
  Int32,
  Int64,
  interfaceType,
  list,
  method,
  optional,
  reference,
  struct,
  Text,
  UInt8,
  UInt32,
  UInt64,
} from "../../../capnp/schema.ts";
import { Hash } from "./hash.ts";
import { context } from "./proxy.ts";

const BytesOfType = struct("PairUInt64", { key: Text, value: UInt64 });
const Banmap = struct("Banmap", { json: Text });
const Message = struct("BilingualStr", { original: Text, translated: Text });
const BlockTip = struct("BlockTip", { blockHeight: Int32, blockTime: Int64, blockHash: Hash });

const NodeStateStats = struct("NodeStateStats", {
  syncHeight: Int32,
  commonHeight: Int32,
  startingHeight: Int32,
  pingWait: Int64,
  heightInFlight: list(Int32),
  addressesProcessed: UInt64,
  addressesRateLimited: UInt64,
  addressRelayEnabled: Bool,
  theirServices: UInt64,
  presyncHeight: Int64,
  timeOffset: Int64,
});

const NodeStats = struct("NodeStats", {
  nodeid: Int64,
  lastSend: Int64,
  lastRecv: Int64,
  lastTXTime: Int64,
  lastBlockTime: Int64,
  timeConnected: Int64,
  addrName: Text,
  version: Int32,
  cleanSubVer: Text,
  inbound: Bool,
  bip152HighbandwidthTo: Bool,
  bip152HighbandwidthFrom: Bool,
  startingHeight: Int32,
  sendBytes: UInt64,
  sendBytesPerMsgType: list(BytesOfType),
  recvBytes: UInt64,
  recvBytesPerMsgType: list(BytesOfType),
  permissionFlags: Int32,
  pingTime: Int64,
  minPingTime: Int64,
  addrLocal: Text,
  addr: Data,
  addrBind: Data,
  network: Int32,
  mappedAs: UInt32,
  connType: Int32,
  transportType: UInt8,
  sessionId: Text,
  stateStats: optional(NodeStateStats),
});

const callback = { ...context, callback: reference("Callback") } as const;
const handler = { result: reference("Handler") } as const;

/** Only methods that read. Methods that change or stop a node are omitted, so that they cannot be called. */
export const Node = interfaceType("Node", 0xece87a85e7d7c91dn, {
  getWarnings: method(3, context, { result: Message }),
  shutdownRequested: method(10, context, { result: Bool }),
  getNodeCount: method(18, { ...context, flags: Int32 }, { result: UInt64 }),
  getNodesStats: method(19, context, { stats: list(NodeStats), result: Bool }),
  getBanned: method(20, context, { banmap: Banmap, result: Bool }),
  getTotalBytesRecv: method(26, context, { result: Int64 }),
  getTotalBytesSent: method(27, context, { result: Int64 }),
  getMempoolSize: method(28, context, { result: UInt64 }),
  getMempoolDynamicUsage: method(29, context, { result: UInt64 }),
  getMempoolMaxUsage: method(30, context, { result: UInt64 }),
  getHeaderTip: method(31, context, { height: Int32, blockTime: Int64, result: Bool }),
  getNumBlocks: method(32, context, { result: Int32 }),
  getBestBlockHash: method(34, context, { result: Hash }),
  getLastBlockTime: method(35, context, { result: Int64 }),
  getVerificationProgress: method(36, context, { result: Float64 }),
  isInitialBlockDownload: method(37, context, { result: Bool }),
  isLoadingBlocks: method(38, context, { result: Bool }),
  getNetworkActive: method(40, context, { result: Bool }),
  executeRpc: method(
    42,
    { ...context, command: Text, params: Text, uri: Text },
    { error: Text, rpcError: Text, result: Text },
  ),
  handleNotifyNumConnectionsChanged: method(52, callback, handler),
  handleNotifyNetworkActiveChanged: method(53, callback, handler),
  handleBannedListChanged: method(55, callback, handler),
  handleNotifyBlockTip: method(56, callback, handler),
  handleNotifyHeaderTip: method(57, callback, handler),
});

export const NumConnectionsChanged = interfaceType(
  "NotifyNumConnectionsChangedCallback",
  0xd28fa815a3700dcan,
  { destroy: method(0, context), call: method(1, { ...context, newNumConnections: Int32 }) },
);

export const NetworkActiveChanged = interfaceType(
  "NotifyNetworkActiveChangedCallback",
  0x9d0290be20a9ec6cn,
  { destroy: method(0, context), call: method(1, { ...context, networkActive: Bool }) },
);

export const BannedListChanged = interfaceType("BannedListChangedCallback", 0x93d235d8153ab33bn, {
  destroy: method(0, context),
  call: method(1, context),
});

const tip = { ...context, syncState: Int32, tip: BlockTip, verificationProgress: Float64 } as const;

export const NotifyBlockTip = interfaceType("NotifyBlockTipCallback", 0xd7a817fb90738585n, {
  destroy: method(0, context),
  call: method(1, tip),
});

export const NotifyHeaderTip = interfaceType("NotifyHeaderTipCallback", 0x9d0b34fb1eeed2c5n, {
  destroy: method(0, context),
  call: method(1, tip),
});
