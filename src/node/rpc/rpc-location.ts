import { basename, dirname, join } from "node:path";
import { CorelensError } from "../../errors.ts";
import { CHAINS } from "../config/chain.ts";
import {
  type RpcAddress,
  type RpcConfiguration,
  readConfiguration,
} from "../config/configuration.ts";
import { asUser, readSmallFile, userOf } from "../process/as-user.ts";
import { reachable, readNodeStart, sharesNamespace } from "../process/node-start.ts";
import { type ListeningSocket, listeningSockets } from "../process/sockets.ts";
import type { Login } from "./access.ts";
import { readCookie } from "./cookie.ts";

/** Where a node's RPC server is, and where its credentials are. */
export interface RpcLocation {
  readonly configuration: RpcConfiguration;
  /** @throws CorelensError RPC_UNREACHABLE where nothing listens, or not for this process */
  address(): RpcAddress;
  /** @throws CorelensError RPC_NO_CREDENTIALS */
  readLogin(): Login;
}

/**
 * That of a running node. As root, its files are read as its own user, and only a socket is taken that it listens at
 * itself: see as-user.ts.
 * @throws CorelensError PROCESS_GONE, NO_PERMISSION
 */
export function locateRpc(pid: number): RpcLocation {
  const user = userOf(pid);
  if (!user) throw new CorelensError("PROCESS_GONE", `process ${pid} does not exist`);
  const asNode = <Result>(read: () => Result): Result => asUser(user, read);
  const start = readNodeStart(pid);
  const configuration = asNode(() => readConfiguration(start));
  return {
    configuration,
    address() {
      if (!sharesNamespace(pid, "net")) {
        throw new CorelensError(
          "RPC_UNREACHABLE",
          `the node (pid ${pid}) runs in a container with a network of its own`,
          "publish its RPC port and name it: --rpc http://127.0.0.1:8332",
        );
      }
      const address = chooseAddress(configuration, listeningSockets(pid));
      if (address) return address;
      const ports = configuration.addresses.map(({ port }) => port).join(", ");
      const why = configuration.isServing
        ? `does not listen at port ${ports}`
        : "runs with -server=0";
      throw new CorelensError("RPC_UNREACHABLE", `the node (pid ${pid}) ${why}`);
    },
    readLogin: () => asNode(() => loginOf(configuration, (path) => reachable(pid, path))),
  };
}

/**
 * That of a node which is not seen, by its data directory: of all networks, where bitcoin.conf or the only cookie
 * tells the network, or of one.
 */
export function locateRpcIn(directory: string): RpcLocation {
  const name = basename(directory);
  const own = Object.values(CHAINS).find((chain) => chain.directory === name);
  const read = (base: string, chain: string[]): RpcConfiguration =>
    readConfiguration({
      commandLine: ["bitcoind", `-datadir=${base}`, ...chain],
      ...{ workingDirectory: null, home: null, openDirectory: null },
      readFile: readSmallFile,
    });
  const configurations = own
    ? [read(dirname(directory), [`-chain=${own.name}`])]
    : [
        read(directory, []),
        ...Object.values(CHAINS).map((chain) => read(directory, [`-chain=${chain.name}`])),
      ];
  const configuration =
    configurations.find(
      ({ cookieFile }) => cookieFile !== null && readSmallFile(cookieFile) !== null,
    ) ?? configurations[0]!;
  return {
    configuration,
    address: () => chooseAddress(configuration, null)!,
    readLogin: () => loginOf(configuration, (path) => path),
  };
}

function loginOf(
  { login, cookieFile, directory }: RpcConfiguration,
  reach: (path: string) => string,
): Login {
  if (login) return login;
  if (cookieFile !== null) return readCookie(reach(cookieFile), cookieFile);
  throw new CorelensError(
    "RPC_NO_CREDENTIALS",
    directory === null
      ? "where the node keeps its cookie cannot be seen"
      : "the node writes no cookie (-norpccookiefile)",
    "name its user: --rpc http://user:password@127.0.0.1:8332",
  );
}

/**
 * Where to ask: at the socket with the port of the settings that the node really listens at. Where it listens at
 * none of them, its settings were changed since it was started; then it is the one that is no port for peers.
 * @param sockets what the node listens at; null where that cannot be seen, and the settings have to do
 * @returns null when there is none
 */
export function chooseAddress(
  { addresses, peerPorts, isServing }: RpcConfiguration,
  sockets: readonly ListeningSocket[] | null,
): RpcAddress | null {
  if (sockets === null) return local(addresses[0]!);
  const inOrder = sockets.toSorted((a, b) => rank(a) - rank(b));
  const expected = inOrder.find((socket) => addresses.some(({ port }) => port === socket.port));
  if (expected) return local(expected);
  const others = inOrder.filter(({ port }) => !peerPorts.includes(port));
  const isOnly = new Set(others.map(({ port }) => port)).size === 1;
  return isServing && isOnly ? local(others[0]!) : null;
}

/** First what only this machine can reach. */
function rank({ host }: RpcAddress): number {
  const hosts = ["127.0.0.1", "::1", "0.0.0.0", "::"];
  return hosts.includes(host) ? hosts.indexOf(host) : hosts.length;
}

/** An address to connect to: one that stands for all of the machine's is none. */
function local({ host, port }: RpcAddress): RpcAddress {
  const hosts: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  return { host: hosts[host] ?? host, port };
}

/** Whether a directory is the node's, that of its network or the one above. */
export function isDirectoryOf(path: string, { directory, chain }: RpcConfiguration): boolean {
  return directory !== null && (directory === path || directory === join(path, chain.directory));
}
