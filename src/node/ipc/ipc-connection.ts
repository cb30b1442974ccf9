import { call } from "../../capnp/call.ts";
import { RpcConnection } from "../../capnp/connection.ts";
import type { Capability, Interface, Method } from "../../capnp/types.ts";
import { CorelensError } from "../../errors.ts";
import { type Connector, connectorTo } from "./connector.ts";
import { descriptorOf } from "./descriptor.ts";
import { IdleClose } from "./idle-close.ts";
import { ChainClient } from "./interfaces/chain.ts";
import { EchoClient } from "./interfaces/echo.ts";
import { MiningClient } from "./interfaces/mining.ts";
import { NodeClient } from "./interfaces/node.ts";
import { RpcClient } from "./interfaces/rpc.ts";
import { NodeThread } from "./node-thread.ts";
import { Chain } from "./schema/chain.ts";
import { Echo, Init, Rpc } from "./schema/init.ts";
import { Mining, MiningV30 } from "./schema/mining.ts";
import { Node } from "./schema/node.ts";
import { ThreadMap } from "./schema/proxy.ts";
import { Tracing } from "./schema/tracing.ts";
import { callbackThreads } from "./worker-threads.ts";

/** A node usually takes a few milliseconds, longer while it starts or is busy. */
const HANDSHAKE_MS = 10_000;

/** The interfaces that a node offers, by name. */
type Offered = ReadonlyMap<string, { readonly capability: Capability; readonly type: Interface }>;

/**
 * A connection to a node's IPC socket. It only reads, and may be closed or killed at any moment without harm to the
 * node, because it registers no callbacks (callbacks.ts does).
 *
 * It probes the node for its interfaces and ignores the version, because ordinals differ between builds.
 */
export class IpcConnection {
  /** The path of the socket. */
  readonly path: string;
  /** The node's process id; null if the system does not report it. */
  readonly pid: number | null;
  /** Names of the interfaces that the node offers, such as `Mining`. */
  readonly offers: readonly string[];
  readonly echo: EchoClient | null;
  readonly mining: MiningClient | null;
  /** Bitcoin Core after v31. */
  readonly rpc: RpcClient | null;
  /** Only in builds that have the interfaces Node, Chain and Tracing. */
  readonly node: NodeClient | null;
  readonly chain: ChainClient | null;
  /** Resolves with the reason when the connection ends. */
  readonly closed: Promise<CorelensError>;
  readonly #connection: RpcConnection;
  readonly #threadMap: Capability;
  readonly #offered: Offered;

  private constructor(
    path: string,
    connection: RpcConnection,
    linger: IdleClose | null,
    pid: number | null,
    threadMap: Capability,
    thread: NodeThread,
    offered: Offered,
  ) {
    this.path = path;
    this.#connection = connection;
    connection.closed.then(() => linger?.end());
    this.#threadMap = threadMap;
    this.#offered = offered;
    this.pid = pid;
    this.closed = connection.closed;
    this.offers = [...offered.keys()];
    const client = <M, C>(
      type: Interface<M>,
      Made: new (type: Interface<M>, capability: Capability, thread: NodeThread) => C,
    ): C | null => {
      const found = offered.get(type.name);
      return found ? new Made(found.type as Interface<M>, found.capability, thread) : null;
    };
    this.echo = client(Echo, EchoClient);
    this.mining = client(Mining, MiningClient);
    this.rpc = client(Rpc, RpcClient);
    this.node = client(Node, NodeClient);
    this.chain = client(Chain, ChainClient);
  }

  /**
   * Connects and probes the interfaces. It makes no other calls to a node that is still loading its chain: v30 would end.
   * @param connector the path of the socket, or a connector
   * @throws CorelensError IPC_NOT_FOUND, NO_PERMISSION, IPC_PROTOCOL, IPC_CLOSED, IPC_BUSY
   */
  static async open(
    connector: string | Connector,
    timeoutMs = HANDSHAKE_MS,
  ): Promise<IpcConnection> {
    const { path, socket } = await (typeof connector === "string"
      ? connectorTo(connector)
      : connector)();
    const descriptor = descriptorOf(socket);
    const linger = descriptor === null ? null : new IdleClose(descriptor);
    const connection = new RpcConnection(socket);
    const silence = `${path} sent no valid reply of a node within ${timeoutMs / 1000} s`;
    let late = new CorelensError("IPC_PROTOCOL", silence);
    const tooLate = setTimeout(() => connection.close(late), timeoutMs);
    try {
      // Native code, which only commands that connect should load.
      const { peerProcess } = await import("../../kernel/peer-process.ts");
      const pid = descriptor === null ? null : peerProcess(descriptor);
      const init = connection.bootstrap();
      const { threadMap, thread } = await construct(init);
      // The server is a node. Since v31 it creates no interfaces before it has loaded its chain.
      late = stillLoading();
      const offered = await probe(init, thread);
      init.release();
      const ipc = new IpcConnection(path, connection, linger, pid, threadMap, thread, offered);
      if (ipc.node && !(await ipc.node.isLoaded())) throw stillLoading();
      return ipc;
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      clearTimeout(tooLate);
    }
  }

  /** The capability of an interface, for the registration of callbacks. */
  capability<M>(type: Interface<M>): Capability | null {
    return this.#offered.get(type.name)?.capability ?? null;
  }

  /**
   * Creates another thread in the node, for long calls; the caller must release it.
   * @throws CorelensError IPC_*
   */
  makeThread(name: string): Promise<NodeThread> {
    return makeThread(this.#threadMap, name);
  }

  /** `waitTipChanged` occupies its thread while it waits; with its own thread it blocks no other call. */
  miningOn(thread: NodeThread): MiningClient | null {
    const found = this.#offered.get(Mining.name);
    if (!found) return null;
    return new MiningClient(found.type as typeof Mining, found.capability, thread);
  }

  /** Pending calls reject with IPC_CLOSED. */
  close(): void {
    this.#connection.close();
  }
}

/** Sends both calls together, which takes one round trip. */
async function construct(
  init: Capability,
): Promise<{ readonly threadMap: Capability; readonly thread: NodeThread }> {
  const construction = call(init, Init.methods.construct, { threadMap: callbackThreads() });
  const threadMap = construction.pipeline("threadMap");
  return { threadMap, thread: await makeThread(threadMap, "corelens") };
}

function stillLoading(): CorelensError {
  return new CorelensError("IPC_BUSY", "the node is still loading its chain", "try again later");
}

async function makeThread(threadMap: Capability, name: string): Promise<NodeThread> {
  const { result } = await call(threadMap, ThreadMap.methods.makeThread, { name }).results;
  if (!result) throw new CorelensError("IPC_PROTOCOL", "the node created no thread");
  return new NodeThread(result);
}

/** The methods that create interfaces, with their possible results. Init's other ordinals are not safe to call. */
const MAKERS: readonly {
  readonly method: Method<unknown, { readonly result: Capability | null }>;
  readonly makes: readonly Interface[];
}[] = [
  { method: Init.methods.makeEcho, makes: [Echo] },
  { method: Init.methods.makeMining, makes: [Mining] },
  { method: Init.methods.makeRpcOrChain, makes: [Rpc, Chain] },
  { method: Init.methods.makeNode, makes: [Node] },
  { method: Init.methods.makeTracing, makes: [Tracing] },
  // v30 has Mining at an ordinal where later releases return an error.
  { method: Init.methods.makeMiningV30, makes: [MiningV30] },
];

async function probe(init: Capability, thread: NodeThread): Promise<Offered> {
  const offered = new Map<string, { capability: Capability; type: Interface }>();
  for (const { method, makes } of MAKERS) {
    const made = await madeBy(init, method, thread);
    const name = made && (await interfaceNameOf(made, thread));
    const type = makes.find((type) => type.name === name);
    if (made && type && !offered.has(type.name)) offered.set(type.name, { capability: made, type });
    else made?.release();
  }
  return offered;
}

/** Null if the node lacks the method or refuses the call. */
async function madeBy<P>(
  init: Capability,
  method: Method<P, { readonly result: Capability | null }>,
  thread: NodeThread,
): Promise<Capability | null> {
  try {
    return (await thread.call(init, method, {})).result;
  } catch (error) {
    if (isAnswer(error)) return null;
    throw error;
  }
}

/** No interface has this id. A call with it runs nothing, and the error contains the name of the actual interface. */
const NO_INTERFACE = 1n;

/** `actualInterfaceName = capnp/chain.capnp:Chain; requestedTypeId = 1` */
async function interfaceNameOf(capability: Capability, thread: NodeThread): Promise<string | null> {
  const impossible = { ...Echo.methods.echo, interfaceId: NO_INTERFACE };
  try {
    await thread.call(capability, impossible, {});
    return null;
  } catch (error) {
    if (!isAnswer(error)) throw error;
    return /actualInterfaceName = \S*?(\w+)(?:;|$)/.exec(error.message)?.[1] ?? null;
  }
}

function isAnswer(error: unknown): error is CorelensError {
  return (
    error instanceof CorelensError &&
    (error.code === "IPC_UNSUPPORTED" || error.code === "IPC_REFUSED")
  );
}
