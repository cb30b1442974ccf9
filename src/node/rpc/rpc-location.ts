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

/** The location of a node's RPC server and of its credentials. */
export interface RpcLocation {
  readonly configuration: RpcConfiguration;
  /** @throws CorelensError RPC_UNREACHABLE if no server listens, or this process cannot reach it */
  address(): RpcAddress;
  /** @throws CorelensError RPC_NO_CREDENTIALS */
  readLogin(): Login;
}

/**
 * Locates the RPC server of a running node. As root, corelens reads the node's files with the rights of the node's user
 * (as-user.ts), and accepts only a socket on which the node itself listens.
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
          `the node (pid ${pid}) runs in a container with its own network`,
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
 * Locates the RPC server of a node that is not visible as a process, by its data directory: the directory of one
 * network, or of all networks, where bitcoin.conf or the cookie determines the network.
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
      ? "the location of the node's cookie is unknown"
      : "the node writes no cookie (-norpccookiefile)",
    "pass its user and password: --rpc http://user:password@127.0.0.1:8332",
  );
}

/**
 * Chooses the listening socket that has a configured RPC port. If there is none, the settings have changed since the
 * node started; then it is the only socket whose port is not for peers.
 * @param sockets the node's listening sockets; null if they are not readable, then the settings decide
 * @returns null if there is none
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

/** Prefers addresses that only this machine can reach. */
function rank({ host }: RpcAddress): number {
  const hosts = ["127.0.0.1", "::1", "0.0.0.0", "::"];
  return hosts.includes(host) ? hosts.indexOf(host) : hosts.length;
}

/** An address to connect to, in place of a wildcard address. */
function local({ host, port }: RpcAddress): RpcAddress {
  const hosts: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  return { host: hosts[host] ?? host, port };
}

/** Whether a directory is the node's: the directory of its network, or the data directory above. */
export function isDirectoryOf(path: string, { directory, chain }: RpcConfiguration): boolean {
  return directory !== null && (directory === path || directory === join(path, chain.directory));
}
