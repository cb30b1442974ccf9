import { interfaceType, method, reference, Text } from "../../../capnp/schema.ts";
import { context } from "./proxy.ts";

/**
 * The bootstrap interface of a node. An ordinal can create different interfaces: @4 is Rpc in v32, but Chain in builds
 * that have Node, Chain and Tracing. So the client must query the interface of each result.
 */
export const Init = interfaceType("Init", 0x8838c700ba5cba65n, {
  construct: method(
    0,
    { threadMap: reference("ThreadMap") },
    { threadMap: reference("ThreadMap") },
  ),
  makeEcho: method(1, context, { result: reference("Echo") }),
  makeMiningV30: method(2, context, { result: reference("Mining") }),
  makeMining: method(3, context, { result: reference("Mining") }),
  makeRpcOrChain: method(4, context, { result: reference("Rpc") }),
  makeNode: method(5, context, { result: reference("Node") }),
  makeTracing: method(7, context, { result: reference("Tracing") }),
});

export const Echo = interfaceType("Echo", 0xd36b89640dc94399n, {
  echo: method(1, { ...context, echo: Text }, { result: Text }),
});

export const Rpc = interfaceType("Rpc", 0xacb1d37f0a713129n, {
  executeRpc: method(0, { ...context, request: Text, uri: Text, user: Text }, { result: Text }),
});

/**
 * The result of a registration. `destroy` is omitted in all interfaces: a later call on the capability would end the
 * node. Releasing the capability has the same effect without this risk.
 */
export const Handler = interfaceType("Handler", 0xea08728d34263f55n, {
  disconnect: method(1, context),
});
