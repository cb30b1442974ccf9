import type { Interface } from "../../../capnp/types.ts";
import { Chain, ChainNotifications } from "./chain.ts";
import { Echo, Handler, Init, Rpc } from "./init.ts";
import { Mining } from "./mining.ts";
import {
  BannedListChanged,
  NetworkActiveChanged,
  Node,
  NotifyBlockTip,
  NotifyHeaderTip,
  NumConnectionsChanged,
} from "./node.ts";
import { Thread, ThreadMap } from "./proxy.ts";
import { Tracing, UtxoCacheTrace } from "./tracing.ts";

/** All interfaces of a node that corelens uses; docs/ipc.capnp is generated from them. */
export const SCHEMA: readonly Interface[] = [
  Thread,
  ThreadMap,
  Init,
  Echo,
  Mining,
  Rpc,
  Node,
  Chain,
  Tracing,
  Handler,
  ChainNotifications,
  UtxoCacheTrace,
  NotifyBlockTip,
  NotifyHeaderTip,
  NumConnectionsChanged,
  NetworkActiveChanged,
  BannedListChanged,
];
