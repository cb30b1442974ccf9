import { basename, dirname, isAbsolute, join, normalize } from "node:path";
import { CHAINS, type Chain, chainOf } from "./chain.ts";
import { parseCommandLine } from "./command-line.ts";
import { appendSections, parseConfigFile, parseStoredSettings } from "./config-file.ts";
import {
  isTrue,
  type SettingSources,
  type SettingValue,
  settingOf,
  settingsOf,
} from "./settings.ts";

/** How and where a node was started, as far as it is visible. */
export interface NodeStart {
  readonly commandLine: readonly string[];
  /** The directory it was started in. */
  readonly workingDirectory: string | null;
  /** Its HOME; null if it has none. */
  readonly home: string | null;
  /** The directory of its network according to an open file, which is more reliable than any setting. */
  readonly openDirectory: string | null;
  /** Reads a file by the node's path for it; null if it does not exist or access is denied. */
  readonly readFile: (path: string) => string | null;
}

/** An address on which the RPC server listens according to the settings. */
export interface RpcAddress {
  readonly host: string;
  readonly port: number;
}

/** How to reach a node's RPC server according to its settings. */
export interface RpcConfiguration {
  readonly chain: Chain;
  /** The data directory of the network. Paths are the node's own. */
  readonly directory: string | null;
  /** False if `-server=0` disables it. */
  readonly isServing: boolean;
  readonly addresses: readonly RpcAddress[];
  /** Ports for peers, where no RPC server listens. */
  readonly peerPorts: readonly number[];
  /** Null with `-norpccookiefile`, or if the directory is unknown. */
  readonly cookieFile: string | null;
  /** `-rpcuser` and `-rpcpassword`, which replace the cookie. */
  readonly login: { readonly user: string; readonly password: string } | null;
}

/** Determines a node's configuration, in the order in which the node itself reads it. Never throws. */
export function readConfiguration(start: NodeStart): RpcConfiguration {
  const commandLine = parseCommandLine(start.commandLine);
  const sources: SettingSources = { commandLine, stored: new Map(), sections: new Map() };
  readConfigFiles(start, sources);
  const chain = chainOf(sources);
  const directory =
    start.openDirectory ?? joined(baseDirectory(start, sources, chain.name), chain.directory);
  if (directory !== null) {
    const stored = start.readFile(join(directory, "settings.json"));
    if (stored !== null) {
      for (const [name, values] of parseStoredSettings(stored)) sources.stored.set(name, values);
    }
  }
  const get = (name: string): SettingValue | undefined => settingOf(sources, chain.name, name);
  const password = text(get("rpcpassword"));
  const port = portNumber(get("port")) ?? chain.port;
  return {
    chain,
    directory,
    isServing: isTrue(get("server") ?? servesByDefault(start.commandLine)),
    addresses: addressesOf(sources, chain),
    peerPorts: [port, port + 1, ...bindPorts(sources, chain)],
    cookieFile: cookieFileOf(get("rpccookiefile"), directory),
    login: password === "" ? null : { user: text(get("rpcuser")), password },
  };
}

/** The graphical node has its RPC server off by default. */
function servesByDefault([program = ""]: readonly string[]): boolean {
  return !/^bitcoin-(qt|gui)$/.test(basename(program));
}

/** Reads bitcoin.conf, and the files that it includes for the network and for all networks. */
function readConfigFiles(start: NodeStart, sources: SettingSources): void {
  const base = baseDirectory(start, sources);
  const named = settingOf(sources, "", "conf");
  if (named === false) return;
  const path = resolved(base, text(named) || "bitcoin.conf");
  const content = path === null ? null : start.readFile(path);
  if (content === null) return;
  appendSections(sources.sections, parseConfigFile(content));
  if (sources.commandLine.has("includeconf")) return;
  const includes = [chainOf(sources).name, ""].flatMap((section) => {
    const values = sources.sections.get(section)?.get("includeconf") ?? [];
    return values.slice(values.lastIndexOf(false) + 1);
  });
  // Paths are relative to the data directory, even if bitcoin.conf is elsewhere and changes the data directory.
  const from = baseDirectory(start, sources);
  for (const include of includes) {
    const included = resolved(from, text(include));
    const includedContent = included === null ? null : start.readFile(included);
    if (includedContent !== null)
      appendSections(sources.sections, parseConfigFile(includedContent));
  }
}

/** The data directory of all networks; null if unknown. A section has no effect until its network is chosen. */
function baseDirectory(start: NodeStart, sources: SettingSources, section = ""): string | null {
  const named = text(settingOf(sources, section, "datadir"));
  if (named !== "") return resolved(start.workingDirectory, named);
  if (start.home !== null) return join(start.home || "/", ".bitcoin");
  return start.openDirectory && withoutChain(start.openDirectory);
}

function withoutChain(directory: string): string {
  const name = basename(directory);
  return Object.values(CHAINS).some((chain) => chain.directory === name)
    ? dirname(directory)
    : directory;
}

/** Core ignores `-rpcbind` without `-rpcallowip`. */
function addressesOf(sources: SettingSources, chain: Chain): RpcAddress[] {
  const port = portNumber(settingOf(sources, chain.name, "rpcport")) ?? chain.rpcPort;
  const binds = settingsOf(sources, chain.name, "rpcbind");
  if (binds.length === 0 || settingsOf(sources, chain.name, "rpcallowip").length === 0) {
    return [{ host: "127.0.0.1", port }];
  }
  return binds.map((bind) => parseAddress(bind, port));
}

/** `-bind=127.0.0.1:8333=onion` */
function bindPorts(sources: SettingSources, chain: Chain): number[] {
  return settingsOf(sources, chain.name, "bind").map(
    (bind) => parseAddress(bind.replace(/=onion$/, ""), chain.port).port,
  );
}

/** `127.0.0.1`, `[::1]:8332`, `::1`, `0.0.0.0:8332` */
function parseAddress(bind: string, defaultPort: number): RpcAddress {
  const match = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(bind);
  if (!match) return { host: bind, port: defaultPort };
  return { host: match[1] ?? match[2]!, port: portNumber(match[3]) ?? defaultPort };
}

function portNumber(value: SettingValue | undefined): number | null {
  const port = Number.parseInt(text(value), 10);
  return port > 0 && port < 65_536 ? port : null;
}

function cookieFileOf(value: SettingValue | undefined, directory: string | null): string | null {
  if (value === false) return null;
  return resolved(directory, text(value) || ".cookie");
}

function text(value: SettingValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function resolved(directory: string | null, path: string): string | null {
  if (isAbsolute(path)) return normalize(path);
  return joined(directory, path);
}

function joined(directory: string | null, path: string): string | null {
  return directory === null ? null : join(directory, path);
}
