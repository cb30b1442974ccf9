# What corelens uses of Bitcoin Core's IPC. Written by `npm run docs` from src/node/ipc/schema: ids, ordinals and
# types are the node's; what it has beyond them is left out.

@0xb6b0ba6c0ad1eb09;

interface Thread @0x81c1e2600d0b56c5 {
  getName @0 () -> (result :Text);
}

interface ThreadMap @0xee5e37179ad9dc9d {
  makeThread @0 (name :Text) -> (result :Thread);
}

interface Init @0x8838c700ba5cba65 {
  construct @0 (threadMap :ThreadMap) -> (threadMap :ThreadMap);
  makeEcho @1 (context :Context) -> (result :Echo);
  makeMiningV30 @2 (context :Context) -> (result :Mining);
  makeMining @3 (context :Context) -> (result :Mining);
  makeRpcOrChain @4 (context :Context) -> (result :Rpc);
  makeNode @5 (context :Context) -> (result :Node);
  unused6 @6 ();
  makeTracing @7 (context :Context) -> (result :Tracing);
}

interface Echo @0xd36b89640dc94399 {
  unused0 @0 ();
  echo @1 (context :Context, echo :Text) -> (result :Text);
}

interface Mining @0xf9c68436df3af39e {
  isTestChain @0 (context :Context) -> (result :Bool);
  isInitialBlockDownload @1 (context :Context) -> (result :Bool);
  getTip @2 (context :Context) -> (result :BlockRef, hasResult :Bool);
  waitTipChanged @3 (context :Context, currentTip :Data, timeout :Float64 = 1.7976931348623157e+308) -> (result :BlockRef);
}

interface Rpc @0xacb1d37f0a713129 {
  executeRpc @0 (context :Context, request :Text, uri :Text, user :Text) -> (result :Text);
}

interface Node @0xece87a85e7d7c91d {
  unused0 @0 ();
  unused1 @1 ();
  unused2 @2 ();
  getWarnings @3 (context :Context) -> (result :BilingualStr);
  unused4 @4 ();
  unused5 @5 ();
  unused6 @6 ();
  unused7 @7 ();
  unused8 @8 ();
  unused9 @9 ();
  shutdownRequested @10 (context :Context) -> (result :Bool);
  unused11 @11 ();
  unused12 @12 ();
  unused13 @13 ();
  unused14 @14 ();
  unused15 @15 ();
  unused16 @16 ();
  unused17 @17 ();
  getNodeCount @18 (context :Context, flags :Int32) -> (result :UInt64);
  getNodesStats @19 (context :Context) -> (stats :List(NodeStats), result :Bool);
  getBanned @20 (context :Context) -> (banmap :Banmap, result :Bool);
  unused21 @21 ();
  unused22 @22 ();
  unused23 @23 ();
  unused24 @24 ();
  unused25 @25 ();
  getTotalBytesRecv @26 (context :Context) -> (result :Int64);
  getTotalBytesSent @27 (context :Context) -> (result :Int64);
  getMempoolSize @28 (context :Context) -> (result :UInt64);
  getMempoolDynamicUsage @29 (context :Context) -> (result :UInt64);
  getMempoolMaxUsage @30 (context :Context) -> (result :UInt64);
  getHeaderTip @31 (context :Context) -> (height :Int32, blockTime :Int64, result :Bool);
  getNumBlocks @32 (context :Context) -> (result :Int32);
  unused33 @33 ();
  getBestBlockHash @34 (context :Context) -> (result :Data);
  getLastBlockTime @35 (context :Context) -> (result :Int64);
  getVerificationProgress @36 (context :Context) -> (result :Float64);
  isInitialBlockDownload @37 (context :Context) -> (result :Bool);
  isLoadingBlocks @38 (context :Context) -> (result :Bool);
  unused39 @39 ();
  getNetworkActive @40 (context :Context) -> (result :Bool);
  unused41 @41 ();
  executeRpc @42 (context :Context, command :Text, params :Text, uri :Text) -> (error :Text, rpcError :Text, result :Text);
  unused43 @43 ();
  unused44 @44 ();
  unused45 @45 ();
  unused46 @46 ();
  unused47 @47 ();
  unused48 @48 ();
  unused49 @49 ();
  unused50 @50 ();
  unused51 @51 ();
  handleNotifyNumConnectionsChanged @52 (context :Context, callback :Callback) -> (result :Handler);
  handleNotifyNetworkActiveChanged @53 (context :Context, callback :Callback) -> (result :Handler);
  unused54 @54 ();
  handleBannedListChanged @55 (context :Context, callback :Callback) -> (result :Handler);
  handleNotifyBlockTip @56 (context :Context, callback :Callback) -> (result :Handler);
  handleNotifyHeaderTip @57 (context :Context, callback :Callback) -> (result :Handler);
}

interface Chain @0xddfb1d54c24414b3 {
  unused0 @0 ();
  getHeight @1 (context :Context) -> (result :Int32, hasResult :Bool);
  getBlockHash @2 (context :Context, height :Int32) -> (result :Data);
  unused3 @3 ();
  unused4 @4 ();
  unused5 @5 ();
  unused6 @6 ();
  unused7 @7 ();
  unused8 @8 ();
  unused9 @9 ();
  unused10 @10 ();
  unused11 @11 ();
  unused12 @12 ();
  unused13 @13 ();
  unused14 @14 ();
  unused15 @15 ();
  isInMempool @16 (context :Context, txid :Data) -> (result :Bool);
  unused17 @17 ();
  unused18 @18 ();
  unused19 @19 ();
  unused20 @20 ();
  unused21 @21 ();
  getPackageLimits @22 (context :Context) -> (ancestors :UInt32, descendants :UInt32);
  unused23 @23 ();
  estimateSmartFee @24 (context :Context, numBlocks :Int32, conservative :Bool, wantCalc :Bool) -> (calc :FeeCalculation, result :Data);
  estimateMaxBlocks @25 (context :Context) -> (result :UInt32);
  mempoolMinFee @26 (context :Context) -> (result :Data);
  relayMinFee @27 (context :Context) -> (result :Data);
  relayIncrementalFee @28 (context :Context) -> (result :Data);
  relayDustFee @29 (context :Context) -> (result :Data);
  havePruned @30 (context :Context) -> (result :Bool);
  getPruneHeight @31 (context :Context) -> (result :Int32, hasResult :Bool);
  isReadyToBroadcast @32 (context :Context) -> (result :Bool);
  isInitialBlockDownload @33 (context :Context) -> (result :Bool);
  shutdownRequested @34 (context :Context) -> (result :Bool);
  unused35 @35 ();
  unused36 @36 ();
  unused37 @37 ();
  unused38 @38 ();
  handleNotifications @39 (context :Context, notifications :ChainNotifications) -> (result :Handler);
}

interface Tracing @0xb300bedcd7b880ce {
  traceUtxoCache @0 (context :Context, callback :UtxoCacheTrace) -> (result :Handler);
}

interface Handler @0xea08728d34263f55 {
  unused0 @0 ();
  disconnect @1 (context :Context) -> ();
}

interface ChainNotifications @0x9ac9db48ba219039 {
  destroy @0 (context :Context) -> ();
  transactionAddedToMempool @1 (context :Context, tx :Data) -> ();
  transactionRemovedFromMempool @2 (context :Context, tx :Data, reason :Int32) -> ();
  blockConnected @3 (context :Context, role :ChainstateRole, block :BlockInfo) -> ();
  blockDisconnected @4 (context :Context, block :BlockInfo) -> ();
  updatedBlockTip @5 (context :Context) -> ();
  chainStateFlushed @6 (context :Context, role :ChainstateRole, locator :Data) -> ();
}

interface UtxoCacheTrace @0xf877dd6fb711c62f {
  destroy @0 (context :Context) -> ();
  add @1 (utxoInfo :UtxoInfo) -> ();
  spend @2 (utxoInfo :UtxoInfo) -> ();
  uncache @3 (utxoInfo :UtxoInfo) -> ();
}

interface NotifyBlockTipCallback @0xd7a817fb90738585 {
  destroy @0 (context :Context) -> ();
  call @1 (context :Context, syncState :Int32, tip :BlockTip, verificationProgress :Float64) -> ();
}

interface NotifyHeaderTipCallback @0x9d0b34fb1eeed2c5 {
  destroy @0 (context :Context) -> ();
  call @1 (context :Context, syncState :Int32, tip :BlockTip, verificationProgress :Float64) -> ();
}

interface NotifyNumConnectionsChangedCallback @0xd28fa815a3700dca {
  destroy @0 (context :Context) -> ();
  call @1 (context :Context, newNumConnections :Int32) -> ();
}

interface NotifyNetworkActiveChangedCallback @0x9d0290be20a9ec6c {
  destroy @0 (context :Context) -> ();
  call @1 (context :Context, networkActive :Bool) -> ();
}

interface BannedListChangedCallback @0x93d235d8153ab33b {
  destroy @0 (context :Context) -> ();
  call @1 (context :Context) -> ();
}

interface Callback {}

struct Context {
  thread @0 :Thread;
  callbackThread @1 :Thread;
}

struct BlockRef {
  hash @0 :Data;
  height @1 :Int32;
}

struct BilingualStr {
  original @0 :Text;
  translated @1 :Text;
}

struct NodeStats {
  nodeid @0 :Int64;
  lastSend @1 :Int64;
  lastRecv @2 :Int64;
  lastTXTime @3 :Int64;
  lastBlockTime @4 :Int64;
  timeConnected @5 :Int64;
  addrName @6 :Text;
  version @7 :Int32;
  cleanSubVer @8 :Text;
  inbound @9 :Bool;
  bip152HighbandwidthTo @10 :Bool;
  bip152HighbandwidthFrom @11 :Bool;
  startingHeight @12 :Int32;
  sendBytes @13 :UInt64;
  sendBytesPerMsgType @14 :List(PairUInt64);
  recvBytes @15 :UInt64;
  recvBytesPerMsgType @16 :List(PairUInt64);
  permissionFlags @17 :Int32;
  pingTime @18 :Int64;
  minPingTime @19 :Int64;
  addrLocal @20 :Text;
  addr @21 :Data;
  addrBind @22 :Data;
  network @23 :Int32;
  mappedAs @24 :UInt32;
  connType @25 :Int32;
  transportType @26 :UInt8;
  sessionId @27 :Text;
  stateStats @28 :NodeStateStats;
}

struct PairUInt64 {
  key @0 :Text;
  value @1 :UInt64;
}

struct NodeStateStats {
  syncHeight @0 :Int32;
  commonHeight @1 :Int32;
  startingHeight @2 :Int32;
  pingWait @3 :Int64;
  heightInFlight @4 :List(Int32);
  addressesProcessed @5 :UInt64;
  addressesRateLimited @6 :UInt64;
  addressRelayEnabled @7 :Bool;
  theirServices @8 :UInt64;
  presyncHeight @9 :Int64;
  timeOffset @10 :Int64;
}

struct Banmap {
  json @0 :Text;
}

struct FeeCalculation {
  est @0 :EstimationResult;
  reason @1 :Int32;
  desiredTarget @2 :Int32;
  returnedTarget @3 :Int32;
  bestHeight @4 :UInt32;
}

struct EstimationResult {
  pass @0 :EstimatorBucket;
  fail @1 :EstimatorBucket;
  decay @2 :Float64;
  scale @3 :UInt32;
}

struct EstimatorBucket {
  start @0 :Float64;
  end @1 :Float64;
  withinTarget @2 :Float64;
  totalConfirmed @3 :Float64;
  inMempool @4 :Float64;
  leftMempool @5 :Float64;
}

struct ChainstateRole {
  validated @0 :Bool;
  historical @1 :Bool;
}

struct BlockInfo {
  hash @0 :Data;
  prevHash @1 :Data;
  height @2 :Int32 = -1;
  fileNumber @3 :Int32 = -1;
  dataPos @4 :UInt32;
  data @5 :Data;
  undoData @6 :Data;
  chainTimeMax @7 :UInt32;
}

struct UtxoInfo {
  outpointHash @0 :Data;
  outpointN @1 :UInt32;
  height @2 :UInt32;
  value @3 :Int64;
  isCoinbase @4 :Bool;
}

struct BlockTip {
  blockHeight @0 :Int32;
  blockTime @1 :Int64;
  blockHash @2 :Data;
}
